/**
 * What is wrong with something that an author wrote: a {@link
 * io.directord.common.validation.ValidationError} has a place and a message, whoever finds it and
 * at whichever door. Everything that reads what people write may use it; it knows nothing.
 */
package io.directord.common.validation;
