package docs

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link        = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading     = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	codeSpan    = regexp.MustCompile("`([^`\n]+)`")
	makeTarget  = regexp.MustCompile(`^(?:\$ )?make((?: +[a-z0-9-]+)*)(?: +[A-Z_]+=.*)?(?: *#.*)?$`)
	flagNamed   = regexp.MustCompile(`(?:^|[\s\[(|])(--[a-z][a-z-]*)`)
	metricNamed = regexp.MustCompile(`shoal_[a-z0-9_]+`)
	routeNamed  = regexp.MustCompile("(?m)^#+ +`([A-Z]+ /[^`?]*)`")
	program     = regexp.MustCompile(`(?:^|\s)(?:bin/)?(?:shoal|portal|metadata|worker) `)
)

// anchor is the name that a heading has for links to it.
func anchor(heading string) string {
	out := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 127:
			return r
		}
		return -1
	}, strings.ToLower(heading))
	return out
}

func anchors(text string) []string {
	_, prose := blocks(text)
	var all []string
	for _, m := range heading.FindAllStringSubmatch(prose, -1) {
		all = append(all, anchor(m[1]))
	}
	return all
}

func TestLinksLeadSomewhere(t *testing.T) {
	found := 0
	for name, text := range pages(t) {
		_, prose := blocks(text)
		for _, m := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(prose, ""), -1) {
			u, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %q: %v", name, m[1], err)
				continue
			}
			if u.Scheme != "" {
				continue
			}
			found++
			target := name
			if u.Path != "" {
				target = filepath.Join(filepath.Dir(name), u.Path)
			}
			if _, err := os.Stat(filepath.Join(checkout, target)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, m[1])
				continue
			}
			if u.Fragment != "" && !slices.Contains(anchors(page(t, target)), u.Fragment) {
				t.Errorf("%s: %s has no heading %q", name, target, u.Fragment)
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d links were found", found)
	}
}

// code is what a page has in code spans, and in the lines of its blocks; continued lines are one.
func code(text string) []string {
	all, prose := blocks(text)
	var out []string
	for _, m := range codeSpan.FindAllStringSubmatch(prose, -1) {
		out = append(out, m[1])
	}
	for _, b := range all {
		out = append(out, strings.Split(strings.ReplaceAll(b.text, "\\\n", " "), "\n")...)
	}
	return out
}

func TestMakeTargetsExist(t *testing.T) {
	targets := regexp.MustCompile(`(?m)^([a-z0-9-]+):`)
	var have []string
	for _, m := range targets.FindAllStringSubmatch(page(t, "Makefile"), -1) {
		have = append(have, m[1])
	}
	found := 0
	for name, text := range pages(t) {
		for _, c := range code(text) {
			m := makeTarget.FindStringSubmatch(strings.TrimSpace(c))
			if m == nil {
				continue
			}
			for _, target := range strings.Fields(m[1]) {
				found++
				if !slices.Contains(have, target) {
					t.Errorf("%s: there is no target %q", name, target)
				}
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d targets were found", found)
	}
}

// TestFlagsExist: flags that pages name, alone or behind one of the programs, are those of some program.
func TestFlagsExist(t *testing.T) {
	have := map[string]bool{"--help": true, "--version": true, "--add-opens": true} // the last is Java's
	for _, m := range regexp.MustCompile(`--[a-z][a-z-]*`).FindAllString(flagsPage(t), -1) {
		have[m] = true
	}
	found := 0
	for name, text := range pages(t) {
		for _, c := range code(text) {
			if !strings.HasPrefix(c, "--") && !program.MatchString(c) {
				continue
			}
			for _, m := range flagNamed.FindAllStringSubmatch(c, -1) {
				found++
				if !have[m[1]] {
					t.Errorf("%s: there is no flag %s", name, m[1])
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d flags were found", found)
	}
}

func TestMetricsExist(t *testing.T) {
	have := metricsPage(t)
	found := 0
	for name, text := range pages(t) {
		if name == "docs/metrics.md" {
			continue
		}
		for _, metric := range metricNamed.FindAllString(text, -1) {
			found++
			series := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(metric, "_bucket"), "_count"), "_sum")
			if !strings.Contains(have, "`"+metric+"`") && !strings.Contains(have, "`"+series+"`") {
				t.Errorf("%s: there is no metric %s", name, metric)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d metrics were found", found)
	}
}
