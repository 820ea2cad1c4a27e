package org.pledge.answers.internal;

import java.io.IOException;
import java.util.Map;

/** Takes an answer part by part. A value is a text, number or boolean, a list of such values or maps, or a map. */
interface Report {
    /** What stands before the sections. */
    void head(Map<String, ?> facts) throws IOException;

    void begin(Section section) throws IOException;

    void item(Map<String, ?> item) throws IOException;

    void end() throws IOException;
}
