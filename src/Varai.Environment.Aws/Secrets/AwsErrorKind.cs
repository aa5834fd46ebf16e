namespace Varai.Aws.Secrets;

/// <summary>What an error of AWS means for whoever called.</summary>
internal enum AwsErrorKind
{
    /// <summary>The call is wrong, or can't be done.</summary>
    Refused,

    /// <summary>There is no such secret, version or stage.</summary>
    NotFound,

    /// <summary>There is one already.</summary>
    Exists,

    /// <summary>The secret is scheduled for deletion.</summary>
    Deleted,

    /// <summary>The identity may not do that.</summary>
    AccessDenied,

    /// <summary>The credentials are not valid, or not any more.</summary>
    Credentials,

    /// <summary>The signature is not valid: the secret key is wrong, or the clock.</summary>
    Signature,

    /// <summary>The encryption key can't be used.</summary>
    Encryption,

    /// <summary>A quota of the account is reached.</summary>
    Quota,

    /// <summary>Too many calls.</summary>
    Throttled,

    /// <summary>AWS is away, or has trouble of its own.</summary>
    Unavailable,

    /// <summary>The answer makes no sense.</summary>
    Malformed,
}
