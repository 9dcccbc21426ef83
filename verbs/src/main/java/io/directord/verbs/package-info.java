/**
 * All verbs, which {@link io.directord.verbs.Components} knows by name: those of {@code builtin},
 * which come with directord, and those of {@code external}, which users define. The contract of a
 * verb is in {@code io.directord.common.component}.
 */
package io.directord.verbs;
