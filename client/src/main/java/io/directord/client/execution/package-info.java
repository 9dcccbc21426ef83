/**
 * The means of verbs on a node: {@link io.directord.client.execution.Execution} is the context of
 * one job; it uses {@link io.directord.client.execution.Processes} for commands, and places
 * delivered files.
 */
package io.directord.client.execution;
