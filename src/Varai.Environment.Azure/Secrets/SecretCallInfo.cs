namespace Varai.AzureCloud.Secrets;

/// <summary>What a call is for, as messages name it.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Operation">What it does: <c>read</c>, <c>write</c>, <c>delete</c>, <c>purge</c>, <c>recover</c> or <c>list</c>.</param>
/// <param name="Secret">The secret's name, or what names begin with.</param>
internal readonly record struct SecretCallInfo(string Provider, string Operation, string Secret)
{
    /// <summary>The role that allows it.</summary>
    public string Role => Operation is "read" or "list" ? "Key Vault Secrets User" : "Key Vault Secrets Officer";
}
