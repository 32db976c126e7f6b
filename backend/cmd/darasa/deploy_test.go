package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// The containers are not started in this repository's CI; what can be known of
// them without starting them is held here.

// composed is what the tests read of docker-compose.yml.
type composed struct {
	Services map[string]composedService   `yaml:"services"`
	Secrets  map[string]map[string]string `yaml:"secrets"`
	Networks map[string]struct{ Internal bool }
}

type composedService struct {
	Image       string
	Command     []string
	Entrypoint  []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	Secrets     []string
	Networks    []string
	ReadOnly    bool     `yaml:"read_only"`
	CapDrop     []string `yaml:"cap_drop"`
	Security    []string `yaml:"security_opt"`
	Grace       string   `yaml:"stop_grace_period"`
	Healthcheck struct {
		Test    []string
		Disable bool
	}
}

func rootFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func compose(t *testing.T) composed {
	t.Helper()
	var c composed
	if err := yaml.Unmarshal([]byte(rootFile(t, "docker-compose.yml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// ours are the services that run this program.
var ours = []string{"serve1", "serve2", "worker"}

func TestComposeServices(t *testing.T) {
	c := compose(t)
	want := []string{"caddy", "minio", "mongo", "serve1", "serve2", "worker"}
	if got := slices.Sorted(maps.Keys(c.Services)); !slices.Equal(got, want) {
		t.Fatalf("services %v, want %v", got, want)
	}
	imageChecks := strings.Contains(rootFile(t, "Dockerfile"), "\nHEALTHCHECK ")
	for name, s := range c.Services {
		mine := slices.Contains(ours, name)
		checked := len(s.Healthcheck.Test) > 1 || mine && imageChecks && !s.Healthcheck.Disable
		if serves := name != "worker"; checked != serves {
			t.Errorf("%s: health check is %t, want %t", name, checked, serves)
		}
		if open := name == "caddy"; (len(s.Ports) > 0) != open || slices.Contains(s.Networks, "outside") != open {
			t.Errorf("%s: only caddy is reached from outside: %v %v", name, s.Ports, s.Networks)
		}
		if !slices.Contains(s.Networks, "inside") {
			t.Errorf("%s is not on the network inside", name)
		}
	}
	if !c.Networks["inside"].Internal {
		t.Error("the network inside leads outside")
	}
}

// variable matches ${NAME…} that is not written $${…}.
var variable = regexp.MustCompile(`\$\{([A-Z_0-9]+)([^}]*)\}`)

// Compose refuses to start while a variable is unset, and says the command
// that sets it. VERSION alone has a default: it is no secret.
func TestComposeRefusesUnset(t *testing.T) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(rootFile(t, "docker-compose.yml")), &doc); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	eachScalar(&doc, func(n *yaml.Node) {
		for _, m := range variable.FindAllStringSubmatch(n.Value, -1) {
			seen[m[1]] = true
			if m[1] == "VERSION" {
				continue
			}
			if why, ok := strings.CutPrefix(m[2], ":?"); !ok || !strings.Contains(why, m[1]+"=") || !strings.Contains(why, ">> .env") {
				t.Errorf("line %d: %s must be ${%s:?…} with the command that sets it", n.Line, m[0], m[1])
			}
		}
	})
	for _, name := range []string{"DARASA_HOST", "SECRET_FILE", "MONGO_PASSWORD", "MONGO_ROOT_PASSWORD", "MONGO_KEY", "MINIO_PASSWORD"} {
		if !seen[name] {
			t.Errorf("%s is not asked for", name)
		}
		if !strings.Contains(rootFile(t, "docker-compose.yml")[:1200], name) {
			t.Errorf("the instructions at the top do not make %s", name)
		}
	}
}

func eachScalar(n *yaml.Node, f func(*yaml.Node)) {
	if n.Kind == yaml.ScalarNode {
		f(n)
	}
	for _, c := range n.Content {
		eachScalar(c, f)
	}
}

// whole is a value that is one variable and nothing else.
var (
	whole    = regexp.MustCompile(`^\$\{[A-Z_0-9]+:\?[^}]*\}$`)
	password = regexp.MustCompile(`://[^:/@]*:(.*)@`)
	secretly = regexp.MustCompile(`PASSWORD|KEY|SECRET$|TOKEN`)
)

func TestComposeHoldsNoPassword(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		for k, v := range s.Environment {
			if secretly.MatchString(k) && !whole.MatchString(v) {
				t.Errorf("%s: %s is given literally", name, k)
			}
			if m := password.FindStringSubmatch(v); m != nil && !whole.MatchString(m[1]) {
				t.Errorf("%s: the address in %s holds a literal password", name, k)
			}
		}
	}
	for name, s := range c.Secrets {
		// A variable's value cannot be put into a container with a read-only root.
		if !whole.MatchString(s["file"]) || len(s) != 1 {
			t.Errorf("secret %s must be a file that .env names, is %v", name, s)
		}
	}
	for _, ignored := range []string{".gitignore", ".dockerignore"} {
		if text := rootFile(t, ignored); !strings.Contains(text, ".env\n") || !strings.Contains(text, "secrets") {
			t.Errorf("%s lets .env or secrets through", ignored)
		}
	}
}

func TestComposeConfinesDarasa(t *testing.T) {
	c := compose(t)
	for _, name := range ours {
		s := c.Services[name]
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.Security, "no-new-privileges:true") {
			t.Errorf("%s: read_only %t, cap_drop %v, security_opt %v", name, s.ReadOnly, s.CapDrop, s.Security)
		}
		// With a read-only root all that is written must lie on the volume.
		if len(s.Volumes) != 1 || s.Volumes[0] != name+":/data" || s.Environment["DARASA_DATA"] != "/data" || s.Environment["TMPDIR"] != "/data/tmp" {
			t.Errorf("%s writes elsewhere than on its volume: %v %v", name, s.Volumes, s.Environment["TMPDIR"])
		}
		if s.Environment["DARASA_SECRET_FILE"] != "/run/secrets/"+s.Secrets[0] {
			t.Errorf("%s reads its secret from %s, compose mounts %v", name, s.Environment["DARASA_SECRET_FILE"], s.Secrets)
		}
		var grace int
		if _, err := fmt.Sscanf(s.Grace, "%ds", &grace); err != nil || float64(grace) <= drain.Seconds() {
			t.Errorf("%s is killed after %q, while requests under way have %s", name, s.Grace, drain)
		}
	}
	users := regexp.MustCompile(`(?m)^USER (\d+):(\d+)$`).FindAllStringSubmatch(rootFile(t, "Dockerfile"), -1)
	if len(users) == 0 || users[len(users)-1][1] == "0" {
		t.Errorf("the image must end with a numeric user that is not root: %v", users)
	}
	if !strings.Contains(rootFile(t, "Dockerfile"), "--chown="+users[0][1]+":"+users[0][2]) {
		t.Error("the volume's folder in the image does not belong to its user")
	}
}

// Every command line and variable of the containers is one that the program has.
func TestComposeSpeaksTheProgram(t *testing.T) {
	var p program
	parser, err := kong.New(&p, kong.DefaultEnvars("DARASA"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, node := range parser.Model.Children {
		for _, f := range node.Flags {
			for _, env := range f.Envs {
				known[env] = true
			}
		}
	}
	c := compose(t)
	for _, name := range ours {
		s := c.Services[name]
		call, err := parser.Parse(s.Command)
		if err != nil {
			t.Errorf("%s: %v: %v", name, s.Command, err)
			continue
		}
		if want := map[bool]string{true: "worker", false: "serve"}[name == "worker"]; call.Command() != want {
			t.Errorf("%s runs %s", name, call.Command())
		}
		for k := range s.Environment {
			if strings.HasPrefix(k, "DARASA_") && !known[k] {
				t.Errorf("%s: the program knows no %s", name, k)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?m)CMD (\[.*\])$`).FindAllStringSubmatch(rootFile(t, "Dockerfile"), -1) {
		var args []string
		if err := yaml.Unmarshal([]byte(m[1]), &args); err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args[slices.Index(args, "/darasa")+1:]); err != nil {
			t.Errorf("Dockerfile: %v: %v", args, err)
		}
	}
}

func TestComposeStartsTheReplicaSet(t *testing.T) {
	c := compose(t)
	s := c.Services["mongo"]
	for _, v := range s.Volumes {
		if host, _, _ := strings.Cut(v, ":"); strings.HasPrefix(host, "./") {
			rootFile(t, host)
		}
	}
	if !slices.Contains(s.Entrypoint, "/deploy/mongo.sh") || !slices.Contains(s.Healthcheck.Test, "/deploy/mongo-health.sh") {
		t.Fatalf("mongo runs %v and checks %v", s.Entrypoint, s.Healthcheck.Test)
	}
	start, health := rootFile(t, "deploy/mongo.sh"), rootFile(t, "deploy/mongo-health.sh")
	for _, want := range []string{"--replSet rs0", "--keyFile", "--bind_ip_all"} {
		if !strings.Contains(start, want) {
			t.Errorf("deploy/mongo.sh lacks %s", want)
		}
	}
	for _, want := range []string{`rs.initiate({_id: "rs0"`, `host: "mongo:27017"`, "isWritablePrimary", `getSiblingDB("darasa")`, `createUser({user: "darasa"`} {
		if !strings.Contains(health, want) {
			t.Errorf("deploy/mongo-health.sh lacks %s", want)
		}
	}
	for _, name := range ours {
		uri := c.Services[name].Environment["DARASA_MONGODB"]
		for _, want := range []string{"mongodb://darasa:", "@mongo:27017/darasa?", "replicaSet=rs0", "authSource=darasa", "w=majority"} {
			if !strings.Contains(uri, want) {
				t.Errorf("%s: the MongoDB address lacks %s", name, want)
			}
		}
	}
	for _, script := range []string{"deploy/mongo.sh", "deploy/mongo-health.sh"} {
		if out, err := exec.Command("bash", "-n", filepath.Join("..", "..", "..", script)).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s", script, err, out)
		}
	}
}

func TestCaddyfile(t *testing.T) {
	text := rootFile(t, "deploy/Caddyfile")
	for _, want := range []string{"{$DARASA_HOST}, content.{$DARASA_HOST} {", "reverse_proxy serve1:8080 serve2:8080", "protocols h1 h2\n", "health_uri /healthz"} {
		if !strings.Contains(text, want) {
			t.Errorf("deploy/Caddyfile lacks %q", want)
		}
	}
	caddy, err := exec.LookPath("caddy")
	if err != nil {
		t.Skip("NOT VALIDATED, deploy/Caddyfile: there is no caddy on this machine (apt-get install caddy)")
	}
	cmd := exec.Command(caddy, "validate", "--adapter", "caddyfile", "--config", filepath.Join("..", "..", "..", "deploy", "Caddyfile"))
	cmd.Env = append(os.Environ(), "DARASA_HOST=darasa.example.org", "HOME="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("caddy validate: %v\n%s", err, out)
	}
}
