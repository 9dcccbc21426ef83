/**
 * All verbs; {@link io.directord.verbs.Components} finds them by name: those of {@code builtin},
 * which come with directord, and those of {@code external}, which users define. The contract of a
 * verb is in {@code io.directord.common.component}.
 */
package io.directord.verbs;
