package org.pledge.soap.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;

/** The contract as callers get it. Its address comes from the configuration or the socket, never from a header. */
final class Published {
    private static final String ADDRESS_IN_FILE = "http://127.0.0.1:8181/soap/v1";
    private static final String SCHEMA_IN_FILE = "schemaLocation=\"pledge-v1.xsd\"";

    private final String wsdl = Xml.text("pledge-v1.wsdl");
    private final String xsd = Xml.text("pledge-v1.xsd");
    private final String configured;

    /** @param configured the address under which callers reach this, or an empty text */
    Published(String configured) {
        this.configured = configured;
        if (!configured.isEmpty() && !configured.matches("https?://[A-Za-z0-9._:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw new IllegalArgumentException(
                    "org.pledge.soap: address must be like https://partners.example/soap/v1");
        }
    }

    /** False when something else was asked for. */
    boolean write(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String asked = Objects.toString(request.getQueryString(), "").toLowerCase(Locale.ROOT);
        if (!asked.equals("wsdl") && !asked.equals("xsd")) {
            return false;
        }
        String address = configured.isEmpty() ? own(request) : configured;
        String text = asked.equals("xsd")
                ? xsd
                : wsdl.replace(ADDRESS_IN_FILE, address)
                        .replace(SCHEMA_IN_FILE, "schemaLocation=\"" + address + "?xsd\"");
        response.setContentType("text/xml; charset=utf-8");
        response.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private static String own(HttpServletRequest request) {
        String host = request.getLocalAddr();
        return request.getScheme() + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                + request.getLocalPort() + request.getServletPath();
    }
}
