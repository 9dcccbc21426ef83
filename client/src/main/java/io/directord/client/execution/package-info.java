/**
 * What verbs are given to work with on a node: {@link io.directord.client.execution.Execution} is
 * the context of one job; beneath it are processes ({@link
 * io.directord.client.execution.Processes}), and the files that content is put into.
 */
package io.directord.client.execution;
