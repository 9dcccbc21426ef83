/**
 * The verbs that come with directord, one class each with both its halves. {@link
 * io.directord.common.component.builtin.WorkdirComponent} is the model of a simple one.
 */
package io.directord.common.component.builtin;
