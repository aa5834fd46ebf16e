namespace Varai.Vault.Tests.Server;

/// <summary>What goes wrong instead of an answer.</summary>
internal enum ServerFault
{
    /// <summary>An error status, with a text that quotes the canary.</summary>
    Status,

    /// <summary>200 with something that is not JSON.</summary>
    Garbage,

    /// <summary>200 with JSON of another shape.</summary>
    WrongShape,

    /// <summary>The connection ends in the middle of the body.</summary>
    Cut,

    /// <summary>No answer, until the client gives up.</summary>
    Hang,
}
