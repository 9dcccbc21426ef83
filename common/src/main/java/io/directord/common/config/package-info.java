/**
 * Settings: typed, defaulted, documented and checked in one place, {@link
 * io.directord.common.config.Settings}. The command line wins over the environment, that over the
 * file, that over the default.
 */
package io.directord.common.config;
