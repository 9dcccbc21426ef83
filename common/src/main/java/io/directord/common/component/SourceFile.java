package io.directord.common.component;

/**
 * A file that a job delivers, as it was when the job was planned.
 *
 * @param path absolute, where the operator stands
 * @param sha256 fingerprint of its content, lower-case hexadecimal
 * @param size in bytes
 */
public record SourceFile(String path, String sha256, long size) {}
