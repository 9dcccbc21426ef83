/**
 * Tests with Directord 0.12 itself, the Python program that this one takes the place of. They need
 * its unpacked checkout, in the directory that the environment variable {@code DIRECTORD_ORIGINAL}
 * names, and are skipped without it.
 */
package io.directord.original;
