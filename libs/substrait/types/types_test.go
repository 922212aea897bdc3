package types

import "testing"

func TestParsePrintsWhatItRead(t *testing.T) {
	for _, text := range []string{
		"BIGINT", "DECIMAL(15,2)", "TIMESTAMP WITH TIME ZONE", "TIME WITH TIME ZONE", "TIMESTAMP_NS",
		"VARCHAR[]", "INTEGER[3][]", `STRUCT("a" INTEGER, "b c" VARCHAR[])`, "MAP(VARCHAR, DECIMAL(38,0))",
		"ENUM('a', 'it''s')", `UNION("n" INTEGER, "s" VARCHAR)`, `"NULL"`, `STRUCT("x""y" DATE)`,
		`STRUCT(INTEGER, STRUCT(VARCHAR[], "a" DATE), TIMESTAMP WITH TIME ZONE, "NULL")`,
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got.String() != text {
			t.Errorf("%s came back as %s", text, got)
		}
	}
}

func TestParseTakesCommonSpellings(t *testing.T) {
	for text, want := range map[string]Type{
		"int": Of(Integer), "timestamptz": Of(TimestampTZ), "numeric(4)": DecimalOf(4, 0),
		"decimal": DecimalOf(18, 3), "struct(a int)": StructOf(Field{"a", Of(Integer)}),
	} {
		if got, err := Parse(text); err != nil || !got.Equal(want) {
			t.Errorf("%s: got %v, %v; want %v", text, got, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "FOO", "DECIMAL(39,2)", "DECIMAL(3,4)", "STRUCT(a)", "INTEGER[", "ENUM('a", "INTEGER x", "MAP(INTEGER)", "STRUCT()"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q was read as %s", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("STRUCT(a INTEGER[], b MAP(VARCHAR, ENUM('x')))")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(got.String())
		if err != nil || !again.Equal(got) {
			t.Fatalf("%q printed as %q, which reads as %v, %v", text, got, again, err)
		}
	})
}
