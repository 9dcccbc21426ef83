/**
 * The files below {@code packaging/} and what they make of a machine; start with {@link
 * io.directord.packaging.SchedulersTest}.
 */
package io.directord.packaging;
