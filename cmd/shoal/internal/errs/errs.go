// Package errs joins errors without hiding what they are.
package errs

import "errors"

// Join is errors.Join, but an error that is alone stays itself, so that a fault is shown as one.
func Join(all ...error) error {
	var some []error
	for _, err := range all {
		if err != nil {
			some = append(some, err)
		}
	}
	if len(some) == 1 {
		return some[0]
	}
	return errors.Join(some...)
}
