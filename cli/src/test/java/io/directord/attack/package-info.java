/**
 * Attacks by who may reach the ports or the machines but not command them, against real processes.
 */
package io.directord.attack;
