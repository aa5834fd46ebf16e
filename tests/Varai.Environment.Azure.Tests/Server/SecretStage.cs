namespace Varai.AzureCloud.Tests.Server;

internal enum SecretStage
{
    Active,
    Deleting,
    Deleted,
    Recovering,
    Purging,
}
