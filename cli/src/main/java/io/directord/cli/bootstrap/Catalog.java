package io.directord.cli.bootstrap;

import io.directord.common.validation.ValidationError;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * All catalogs of a run as one.
 *
 * @param values all of it, for templates
 * @param errors what is wrong in the files
 */
record Catalog(ObjectNode values, Section servers, Section clients, List<ValidationError> errors) {}
