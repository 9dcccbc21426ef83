/**
 * The contract of a verb. A {@link io.directord.common.component.Component} is one verb: its
 * arguments, its planning half, which runs where the operator stands, and its node half; the verbs
 * themselves are in {@code io.directord.verbs}. {@link
 * io.directord.common.component.ArgumentReader} reads what authors write behind them.
 */
package io.directord.common.component;
