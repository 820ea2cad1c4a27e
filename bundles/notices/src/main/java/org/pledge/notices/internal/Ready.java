package org.pledge.notices.internal;

import java.util.Optional;
import org.pledge.notices.MessageService.Template;

/** A template that passed every check, with its texts. */
record Ready(Template template, String subject, String text, Optional<String> html) {}
