package org.pledge.distribution;

/** SOAP 1.1 as text. */
final class Soap {
    private Soap() {}

    static String envelope(String body) {
        return "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>" + body
                + "</s:Body></s:Envelope>";
    }
}
