/**
 * Verbs that users define: a YAML file with typed arguments, and a script in any language. Start
 * with {@link io.directord.verbs.external.Definition}; {@link
 * io.directord.verbs.external.DefinedComponent} is the planning half, made of the file where the
 * operator stands, and {@link io.directord.verbs.external.ShippedComponent} the node half, made of
 * what the job brings.
 */
package io.directord.verbs.external;
