import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.policy.ValidationPolicyFacade;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.logging.LogManager;

/**
 * EU DSS, offline: Signatures ANCHOR FILE... prints a line for each signature: number of the file, field,
 * indication, sub-indication, level, intact; tab-separated. Revocation data is demanded as DSS's policy has it
 * where ANCHOR is preceded by --revocation, and is then taken from the file alone; else none is asked for. A
 * file that it cannot read has one line, UNREADABLE.
 */
public final class Signatures {
    public static void main(String[] args) throws Exception {
        LogManager.getLogManager().reset();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        boolean demanded = args[0].equals("--revocation");
        int first = demanded ? 1 : 0;
        try (InputStream in = new FileInputStream(args[first])) {
            for (var c : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                trusted.addCertificate(new CertificateToken((X509Certificate) c));
            }
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        verifier.setTrustedCertSources(trusted);
        for (int i = first + 1; i < args.length; i++) {
            int number = i - first - 1;
            try {
                judge(number, new File(args[i]), verifier, policy(demanded), out);
            } catch (Exception e) {
                out.println(number + "\t\tUNREADABLE\t" + e.getClass().getSimpleName() + "\t\tno");
            }
        }
    }

    private static void judge(int number, File file, CommonCertificateVerifier verifier, byte[] policy,
            PrintStream out) throws Exception {
        PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(file));
        validator.setCertificateVerifier(verifier);
        Reports reports = validator.validateDocument(
                ValidationPolicyFacade.newFacade().getValidationPolicy(new ByteArrayInputStream(policy)));
        for (SignatureWrapper s : reports.getDiagnosticData().getSignatures()) {
            var simple = reports.getSimpleReport();
            out.println(String.join("\t", String.valueOf(number), s.getPDFRevision().getFirstFieldName(),
                    String.valueOf(simple.getIndication(s.getId())),
                    String.valueOf(simple.getSubIndication(s.getId())),
                    simple.getSignatureFormat(s.getId()).toString(),
                    s.isSignatureIntact() && s.isSignatureValid() ? "yes" : "no"));
        }
    }

    /** DSS's own policy, or that less its demand for revocation data, which nobody can fetch here. */
    private static byte[] policy(boolean demanded) throws Exception {
        try (InputStream in = ValidationPolicyFacade.class.getResourceAsStream("/policy/constraint.xml")) {
            if (demanded) {
                return in.readAllBytes();
            }
            String demands = "(<(RevocationDataAvailable|AcceptableRevocationDataFound) Level=)\"[A-Z]+\"";
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll(demands, "$1\"IGNORE\"").getBytes(StandardCharsets.UTF_8);
        }
    }
}
