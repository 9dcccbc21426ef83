/**
 * When schedules start their jobs: times by expressions and zones, and which of them have come. It
 * knows neither jobs nor the store, and reads no clock; the dispatcher decides by it. Start at
 * {@link io.directord.server.schedule.Occurrences}. Only this package sees the library for
 * expressions.
 */
package io.directord.server.schedule;
