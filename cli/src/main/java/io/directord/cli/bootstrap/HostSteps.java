package io.directord.cli.bootstrap;

import java.util.List;

/** A host and what is to be done there, in order. */
record HostSteps(Address address, List<? extends Step> steps) {}
