/**
 * The verbs that come with directord, one class each with both its halves. {@link
 * io.directord.verbs.builtin.WorkdirComponent} is the model of a simple one.
 */
package io.directord.verbs.builtin;
