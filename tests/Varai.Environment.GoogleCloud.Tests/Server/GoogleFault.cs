namespace Varai.GoogleCloud.Tests.Server;

/// <summary>What the test server does in place of answering properly.</summary>
internal sealed record GoogleFault
{
    /// <summary>Answers with this HTTP status.</summary>
    public int? Status { get; init; }

    /// <summary>The canonical status of the error; null for an error that is not JSON.</summary>
    public string? Canonical { get; init; }

    /// <summary>The reason in the details of the error.</summary>
    public string? Reason { get; init; }

    /// <summary>A delay in the details of the error, such as <c>2.5s</c>.</summary>
    public string? RetryDelay { get; init; }

    /// <summary>The header Retry-After.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>Text that the error repeats, as a careless backend would.</summary>
    public string Echo { get; init; } = "";

    /// <summary>Answers with this body and status 200.</summary>
    public string? Body { get; init; }

    public string ContentType { get; init; } = "application/json; charset=UTF-8";

    /// <summary>Accepts the request and never answers.</summary>
    public bool Hangs { get; init; }

    /// <summary>Answers properly, but cuts the connection in the middle of the body.</summary>
    public bool CutsBody { get; init; }

    /// <summary>Cuts the connection before the first byte of an answer.</summary>
    public bool CutsConnection { get; init; }

    /// <summary>Answers properly, but the second half of the body waits for <see cref="GoogleServer.Release"/>.</summary>
    public bool IsSlow { get; init; }

    /// <summary>Sends bytes without an end.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Answers properly, but with one bit of the value changed.</summary>
    public bool DamagesValue { get; init; }

    /// <summary>Answers properly, but without a checksum.</summary>
    public bool LeavesOutChecksum { get; init; }
}
