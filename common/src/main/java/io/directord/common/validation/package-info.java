/**
 * Errors in what people and programs write: a {@link
 * io.directord.common.validation.ValidationError} has a place and a message. Used by all code that
 * reads such input; depends on nothing.
 */
package io.directord.common.validation;
