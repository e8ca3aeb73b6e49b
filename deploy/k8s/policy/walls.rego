# Walls between namespaces, pods, topics and databases, each seen from its manifest alone.
package main

import rego.v1

deny contains sprintf("Namespace %s: pod security is not restricted", [input.metadata.name]) if {
	input.kind == "Namespace"
	not input.metadata.labels["pod-security.kubernetes.io/enforce"] == "restricted"
}

deny contains sprintf("NetworkPolicy %s: lets out to anybody", [input.metadata.name]) if {
	input.kind == "NetworkPolicy"
	some rule in input.spec.egress
	not rule.to
}

deny contains sprintf("NetworkPolicy %s: lets out on any port", [input.metadata.name]) if {
	input.kind == "NetworkPolicy"
	some rule in input.spec.egress
	not rule.ports
}

# Mail is the only thing that the whole world may bring.
deny contains sprintf("NetworkPolicy %s: lets anybody in", [input.metadata.name]) if {
	input.kind == "NetworkPolicy"
	some rule in input.spec.ingress
	not rule.from
	not all_are(rule.ports, 2525)
}

deny contains sprintf("KafkaUser %s: may touch more than it names", [input.metadata.name]) if {
	input.kind == "KafkaUser"
	some acl in input.spec.authorization.acls
	too_wide(acl)
}

deny contains sprintf("KafkaUser %s: is not bound to a certificate and rules", [input.metadata.name]) if {
	input.kind == "KafkaUser"
	not bound(input.spec)
}

deny contains sprintf("Kafka %s: listens in plain or to anybody", [input.metadata.name]) if {
	input.kind == "Kafka"
	some listener in input.spec.kafka.listeners
	not shut(listener)
}

deny contains sprintf("Kafka %s: lets anybody do anything", [input.metadata.name]) if {
	input.kind == "Kafka"
	not input.spec.kafka.authorization.type
}

deny contains sprintf("Cluster %s: role %s may pass the tenants' walls", [input.metadata.name, role.name]) if {
	input.kind == "Cluster"
	some role in input.spec.managed.roles
	some right in ["superuser", "bypassrls", "createrole"]
	role[right]
}

deny contains sprintf("Cluster %s: opens its superuser", [input.metadata.name]) if {
	input.kind == "Cluster"
	not input.spec.enableSuperuserAccess == false
}

all_are(ports, number) if {
	count(ports) > 0
	every port in ports {
		port.port == number
	}
}

too_wide(acl) if acl.resource.patternType == "prefix"

too_wide(acl) if acl.resource.name == "*"

too_wide(acl) if "All" in acl.operations

bound(spec) if {
	spec.authentication.type == "tls"
	spec.authorization.type == "simple"
}

shut(listener) if {
	listener.tls == true
	listener.authentication.type == "tls"
}
