namespace Varai.Secrets;

/// <summary>What a read of many found for one of them.</summary>
/// <param name="Answer">The answer, unless there is an error.</param>
/// <param name="Error">Why it is not known.</param>
internal readonly record struct SecretBatchAnswer(SecretAnswer Answer, SecretProviderException? Error);
