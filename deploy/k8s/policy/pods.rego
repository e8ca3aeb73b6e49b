# What a pod must be, seen from its manifest alone.
package main

import rego.v1

workload := input.spec.template.spec if input.kind in {"Deployment", "StatefulSet", "Job"}

named := sprintf("%s %s", [input.kind, input.metadata.name])

deny contains sprintf("%s: may run as root", [named]) if {
	workload
	not workload.securityContext.runAsNonRoot
}

deny contains sprintf("%s: lacks the seccomp profile RuntimeDefault", [named]) if {
	workload
	not workload.securityContext.seccompProfile.type == "RuntimeDefault"
}

deny contains sprintf("%s: mounts a service account's token it does not need", [named]) if {
	workload
	not workload.automountServiceAccountToken == false
}

deny contains sprintf("%s/%s: has no memory limit", [named, container.name]) if {
	some container in workload.containers
	not container.resources.limits.memory
}

deny contains sprintf("%s/%s: has no cpu or memory request", [named, container.name]) if {
	some container in workload.containers
	some resource in ["cpu", "memory"]
	not container.resources.requests[resource]
}

deny contains sprintf("%s/%s: may escalate its rights", [named, container.name]) if {
	some container in workload.containers
	not container.securityContext.allowPrivilegeEscalation == false
}

deny contains sprintf("%s/%s: may write its root file system", [named, container.name]) if {
	some container in workload.containers
	not container.securityContext.readOnlyRootFilesystem
}

deny contains sprintf("%s/%s: keeps capabilities", [named, container.name]) if {
	some container in workload.containers
	not container.securityContext.capabilities.drop == ["ALL"]
}

deny contains sprintf("%s/%s: lacks %s", [named, container.name, probe]) if {
	input.kind == "Deployment"
	some container in workload.containers
	some probe in ["startupProbe", "readinessProbe", "livenessProbe"]
	not container[probe]
}

deny contains sprintf("%s/%s: image %s is not pinned to a tag", [named, container.name, container.image]) if {
	some container in workload.containers
	not regex.match(`:[^/:]+$`, container.image)
}

deny contains sprintf("%s/%s: image %s floats", [named, container.name, container.image]) if {
	some container in workload.containers
	endswith(container.image, ":latest")
}

deny contains sprintf("%s/%s: %s stands in plain text", [named, container.name, variable.name]) if {
	some container in workload.containers
	some variable in container.env
	regex.match(`(SECRET|PASSWORD|TOKEN|KEY)$`, variable.name)
	variable.value
}
