// Renders a Helm chart as Helm does, as far as the charts here need it: Go's templates, Sprig's functions and Helm's own
// few, the values of the chart under those of files, the checks of nothing else. Prints a JSON array of objects.
//
//	render CHART [-f VALUES.yaml]... [--set-file path.to.key=FILE]...
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/ghodss/yaml"
)

type values = map[string]interface{}

// An object of Kubernetes', and the template that it comes from.
type object struct {
	Template string      `json:"template"`
	Object   interface{} `json:"object"`
}

type answer struct {
	Values  values   `json:"values"`
	Objects []object `json:"objects"`
	Notes   string   `json:"notes"`
}

func main() {
	result, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) (*answer, error) {
	if len(arguments)%2 != 1 {
		return nil, fmt.Errorf("usage: render CHART [-f VALUES]... [--set-file KEY=FILE]...")
	}
	chart := arguments[0]
	all, err := read(filepath.Join(chart, "values.yaml"))
	if err != nil {
		return nil, err
	}
	for rest := arguments[1:]; len(rest) > 0; rest = rest[2:] {
		switch rest[0] {
		case "-f":
			over, err := read(rest[1])
			if err != nil {
				return nil, err
			}
			all = merge(all, over)
		case "--set-file":
			key, file, _ := strings.Cut(rest[1], "=")
			text, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			all = merge(all, nested(strings.Split(key, "."), string(text)))
		default:
			return nil, fmt.Errorf("unknown option %s", rest[0])
		}
	}
	return render(chart, all)
}

func render(chart string, all values) (*answer, error) {
	about, err := read(filepath.Join(chart, "Chart.yaml"))
	if err != nil {
		return nil, err
	}
	root := values{
		"Values":  all,
		"Chart":   capitalized(about),
		"Release": values{"Name": "books", "Namespace": "ledgers", "Service": "Helm", "IsInstall": true, "IsUpgrade": false, "Revision": 1},
	}
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	set := template.New("chart").Option("missingkey=zero")
	set.Funcs(functions(set))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if _, err := set.New(filepath.Base(file)).Parse(string(text)); err != nil {
			return nil, err
		}
	}
	result := &answer{Values: all, Objects: []object{}}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var out bytes.Buffer
		if err := set.ExecuteTemplate(&out, name, root); err != nil {
			return nil, err
		}
		// What Helm does, as text/template prints what is not there as this.
		text := strings.ReplaceAll(out.String(), "<no value>", "")
		if name == "NOTES.txt" {
			result.Notes = text
			continue
		}
		for _, document := range separator.Split(text, -1) {
			if one, err := parse(document); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, document)
			} else if one != nil {
				result.Objects = append(result.Objects, object{name, one})
			}
		}
	}
	return result, nil
}

var separator = regexp.MustCompile(`(?m)^---\s*$`)

// Sprig's functions without those that Helm takes out, and Helm's own.
func functions(set *template.Template) template.FuncMap {
	all := sprig.TxtFuncMap()
	delete(all, "env")
	delete(all, "expandenv")
	all["include"] = func(name string, data interface{}) (string, error) {
		var out strings.Builder
		err := set.ExecuteTemplate(&out, name, data)
		return out.String(), err
	}
	all["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return nil, fmt.Errorf("%s", message)
		}
		return value, nil
	}
	all["toYaml"] = func(value interface{}) (string, error) {
		text, err := yaml.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	return all
}

// A key that stands twice is an error: the second would silently win.
func parse(document string) (interface{}, error) {
	text, err := yaml.YAMLToJSONStrict([]byte(document))
	if err != nil {
		return nil, err
	}
	var one interface{}
	err = json.Unmarshal(text, &one)
	return one, err
}

func read(file string) (values, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	one, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	found, _ := one.(values)
	return found, nil
}

func merge(under, over values) values {
	for key, value := range over {
		below, isMap := under[key].(values)
		if above, both := value.(values); isMap && both {
			under[key] = merge(below, above)
		} else {
			under[key] = value
		}
	}
	return under
}

func nested(path []string, value interface{}) values {
	if len(path) == 1 {
		return values{path[0]: value}
	}
	return values{path[0]: nested(path[1:], value)}
}

func capitalized(from values) values {
	to := values{}
	for key, value := range from {
		to[strings.ToUpper(key[:1])+key[1:]] = value
	}
	return to
}
