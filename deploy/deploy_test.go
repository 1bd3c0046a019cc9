// Package deploy holds templates for workload managers; its tests decode them
// against the types of the programming interfaces that will read them, and refuse
// a field that these do not know.
package deploy

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	argo "github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t *testing.T, name string, b []byte, v any) {
	t.Helper()
	if err := yaml.UnmarshalStrict(b, v); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

func phases(t *testing.T) []string { return strings.Fields(string(read(t, "kubernetes/phases"))) }

// The job of each phase, as run.sh makes it.
func TestKubernetesJobs(t *testing.T) {
	for _, name := range append([]string{"plan", "commit"}, phases(t)...) {
		file := "kubernetes/" + name + ".yaml"
		b, err := os.ReadFile(file)
		args, indexed := []string{name}, false
		if os.IsNotExist(err) {
			file, args, indexed = "kubernetes/shard.yaml", []string{"shard", name}, true
			b = bytes.ReplaceAll(read(t, file), []byte("PHASE"), []byte(name))
		}
		var job batchv1.Job
		decode(t, file, b, &job)
		pod := job.Spec.Template.Spec
		if job.Kind != "Job" || job.APIVersion != "batch/v1" || job.Name != "tamis-"+name || len(pod.Containers) != 1 {
			t.Fatalf("%s: %s %s %s", file, job.APIVersion, job.Kind, job.Name)
		}
		c := &pod.Containers[0]
		if !slices.Equal(c.Args[:len(args)], args) {
			t.Errorf("%s: arguments %q", file, c.Args)
		}
		if pod.RestartPolicy != corev1.RestartPolicyNever { // retries by index need it
			t.Errorf("%s: restarts %s", file, pod.RestartPolicy)
		}
		checkMounts(t, file, pod.Volumes, c)
		if !indexed {
			continue
		}
		s := job.Spec
		if s.CompletionMode == nil || *s.CompletionMode != batchv1.IndexedCompletion || s.BackoffLimitPerIndex == nil || *s.BackoffLimitPerIndex < 1 {
			t.Errorf("%s: not an indexed job with retries of each index", file)
		}
		if i := slices.Index(c.Args, "--count"); i < 0 || s.Completions == nil || c.Args[i+1] != jsonOf(t, *s.Completions) {
			t.Errorf("%s: %v completions, arguments %q", file, s.Completions, c.Args)
		}
	}
	var claim corev1.PersistentVolumeClaim
	decode(t, "kubernetes/volume.yaml", read(t, "kubernetes/volume.yaml"), &claim)
	if claim.Name != "tamis" || !slices.Contains(claim.Spec.AccessModes, corev1.ReadWriteMany) {
		t.Errorf("claim %s, %v", claim.Name, claim.Spec.AccessModes)
	}
}

func jsonOf(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every mount has its volume, and the limits leave room above --memory.
func checkMounts(t *testing.T, file string, volumes []corev1.Volume, c *corev1.Container) {
	t.Helper()
	for _, m := range c.VolumeMounts {
		if !slices.ContainsFunc(volumes, func(v corev1.Volume) bool { return v.Name == m.Name }) {
			t.Errorf("%s: no volume %s", file, m.Name)
		}
	}
	if limit := c.Resources.Limits.Memory().Value(); limit < 4<<30 {
		t.Errorf("%s: a limit of %d bytes of memory", file, limit)
	}
}

func TestArgoWorkflow(t *testing.T) {
	const file = "kubernetes/argo.yaml"
	var w argo.Workflow
	decode(t, file, read(t, file), &w)
	if w.Kind != "Workflow" || w.Spec.Entrypoint != "run" {
		t.Fatalf("%s %s", w.Kind, w.Spec.Entrypoint)
	}
	templates := map[string]*argo.Template{}
	for i := range w.Spec.Templates {
		templates[w.Spec.Templates[i].Name] = &w.Spec.Templates[i]
	}
	var order []string
	for _, step := range templates["run"].Steps {
		if len(step.Steps) != 1 {
			t.Fatalf("%d steps side by side", len(step.Steps))
		}
		s := &step.Steps[0]
		order = append(order, s.Name)
		c := templates[s.Template]
		if c == nil || c.Container == nil {
			t.Fatalf("step %s: no template %q with a container", s.Name, s.Template)
		}
		checkMounts(t, file, w.Spec.Volumes, c.Container)
		for _, p := range c.Inputs.Parameters {
			if s.Arguments.GetParameterByName(p.Name) == nil {
				t.Errorf("step %s: parameter %s is not given", s.Name, p.Name)
			}
		}
		if s.Template == "shard" {
			if p := s.Arguments.GetParameterByName("phase"); p.Value.String() != s.Name {
				t.Errorf("step %s does phase %s", s.Name, p.Value)
			}
			i := slices.Index(c.Container.Args, "--count")
			if s.WithSequence == nil || s.WithSequence.Count.String() != c.Container.Args[i+1] {
				t.Errorf("step %s: sequence %v, arguments %q", s.Name, s.WithSequence, c.Container.Args)
			}
		}
	}
	if want := slices.Concat([]string{"plan"}, phases(t), []string{"commit"}); !slices.Equal(order, want) {
		t.Errorf("steps %q, want %q", order, want)
	}
}

func TestBatchJobDefinition(t *testing.T) {
	const file = "awsbatch/job-definition.json"
	d := json.NewDecoder(bytes.NewReader(read(t, file)))
	d.DisallowUnknownFields() // names are compared without regard to case
	var in batch.RegisterJobDefinitionInput
	if err := d.Decode(&in); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	c := in.ContainerProperties
	if in.JobDefinitionName == nil || c == nil || c.Image == nil {
		t.Fatal("no name or no container")
	}
	for _, word := range c.Command {
		if name, ok := strings.CutPrefix(word, "Ref::"); ok && in.Parameters[name] == "" {
			t.Errorf("parameter %s has no default", name)
		}
	}
	for _, m := range c.MountPoints {
		found := false
		for _, v := range c.Volumes {
			found = found || *v.Name == *m.SourceVolume
		}
		if !found {
			t.Errorf("no volume %s", *m.SourceVolume)
		}
	}
}
