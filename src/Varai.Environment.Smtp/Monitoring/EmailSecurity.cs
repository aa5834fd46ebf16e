namespace Varai.Smtp.Monitoring;

/// <summary>How the connection to a mail server is protected.</summary>
public enum EmailSecurity
{
    /// <summary>STARTTLS, and nothing is sent where the server does not offer it; usually port 587.</summary>
    StartTls,

    /// <summary>TLS from the beginning; usually port 465.</summary>
    ImplicitTls,

    /// <summary>Not at all; nobody signs in then.</summary>
    None,
}
