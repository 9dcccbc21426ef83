/**
 * Verbs. A {@link io.directord.common.component.Component} is one verb: its arguments, its planning
 * half, which runs where the operator stands, and its node half. {@link
 * io.directord.common.component.Components} knows them all; {@link
 * io.directord.common.component.ArgumentReader} reads what authors write behind them.
 */
package io.directord.common.component;
