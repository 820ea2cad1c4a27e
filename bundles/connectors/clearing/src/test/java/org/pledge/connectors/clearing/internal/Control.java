package org.pledge.connectors.clearing.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import org.pledge.simulators.Simulator;

/** What a test reads from the clearing house, and tells it to do. */
final class Control {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Control() {}

    static JsonNode get(Simulator house, String what) throws IOException {
        return JSON.readTree(connection(house, what).getInputStream());
    }

    static void put(Simulator house, String what, String text) throws IOException {
        HttpURLConnection connection = connection(house, what);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        JSON.readTree(connection.getInputStream());
    }

    private static HttpURLConnection connection(Simulator house, String what) throws IOException {
        return (HttpURLConnection) new URL("http://127.0.0.1:" + house.port() + "/control/" + what).openConnection();
    }
}
