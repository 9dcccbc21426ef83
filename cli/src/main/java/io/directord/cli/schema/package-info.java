/**
 * JSON Schema of the files that people write, for editors, made of what reads these files: {@link
 * io.directord.cli.schema.OrchestrationSchema} of the verbs' declarations, {@link
 * io.directord.cli.schema.ConfigSchema} of the settings. Of draft 7, which all editors know.
 */
package io.directord.cli.schema;
