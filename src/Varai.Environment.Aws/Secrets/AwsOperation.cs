namespace Varai.Aws.Secrets;

/// <summary>A call of the API.</summary>
/// <param name="Name">Its name, which is that of the IAM action too.</param>
/// <param name="Verb">What it does, for messages.</param>
/// <param name="KmsActions">What the secret's own KMS key must allow, if anything.</param>
internal sealed record AwsOperation(string Name, string Verb, string? KmsActions = null)
{
    private const string Decrypt = "kms:Decrypt";
    private const string Encrypt = "kms:GenerateDataKey and kms:Decrypt";

    public static readonly AwsOperation Get = new("GetSecretValue", "read", Decrypt);
    public static readonly AwsOperation GetMany = new("BatchGetSecretValue", "read", Decrypt);
    public static readonly AwsOperation Describe = new("DescribeSecret", "describe");
    public static readonly AwsOperation List = new("ListSecrets", "list");
    public static readonly AwsOperation Create = new("CreateSecret", "write", Encrypt);
    public static readonly AwsOperation Put = new("PutSecretValue", "write", Encrypt);
    public static readonly AwsOperation MoveStage = new("UpdateSecretVersionStage", "move a stage of");
    public static readonly AwsOperation Delete = new("DeleteSecret", "delete");
    public static readonly AwsOperation Restore = new("RestoreSecret", "restore");
}
