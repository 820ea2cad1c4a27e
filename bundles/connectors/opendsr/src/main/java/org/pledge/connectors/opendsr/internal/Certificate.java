package org.pledge.connectors.opendsr.internal;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.pledge.PledgeException;
import org.pledge.sharing.spi.PartnerSecrets;

/** Lays the processor's certificate ready before anything is sent, so that its answer can be verified. */
final class Certificate implements Processor {
    static final String PROPERTY = "certificate";
    private static final String SUFFIX = ".certificate";

    private final PartnerSecrets secrets;

    Certificate(PartnerSecrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void process(Exchange exchange) {
        String name = exchange.getProperty(PartnerSecrets.CREDENTIALS, String.class) + SUFFIX;
        try {
            byte[] pem = secrets.find(name).orElseThrow(() -> unusable(name));
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            exchange.setProperty(
                    PROPERTY, (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(pem)));
        } catch (GeneralSecurityException e) {
            throw unusable(name);
        }
    }

    private static PledgeException unusable(String name) {
        return new PledgeException(
                        PledgeException.Kind.UNAVAILABLE,
                        "the secret " + name + " is missing or no certificate; nothing was sent")
                .remedy("Put the certificate that verifies the processor's signatures into its file, as PEM.");
    }
}
