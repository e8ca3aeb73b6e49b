# What is kept more than once is acknowledged by more than one.
package main

import rego.v1

deny contains sprintf("KafkaTopic %s: %d copies, but one of them is enough", [input.metadata.name, input.spec.replicas]) if {
	input.kind == "KafkaTopic"
	input.spec.replicas > 1
	input.spec.config["min.insync.replicas"] < 2
}

deny contains sprintf("Cluster %s: a commit waits for no second copy", [input.metadata.name]) if {
	input.kind == "Cluster"
	input.spec.instances > 1
	not input.spec.postgresql.synchronous.dataDurability == "required"
}

deny contains sprintf("PodDisruptionBudget %s: says both how many stay and how many go", [input.metadata.name]) if {
	input.kind == "PodDisruptionBudget"
	"minAvailable" in object.keys(input.spec)
	"maxUnavailable" in object.keys(input.spec)
}
