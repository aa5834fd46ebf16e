using System.Text;
using Varai.AzureCloud.Secrets;

namespace Varai.AzureCloud.Tests.Secrets;

public sealed class LoginErrorBodyTests
{
    [Theory]
    [InlineData("""{"error":"invalid_client","error_description":"AADSTS7000215: Invalid: 's3cr3t'.","error_codes":[7000215]}""", """{"error":"invalid_client","error_description":"AADSTS7000215"}""")]
    [InlineData("""{"x":{"error":"inner"},"error":"invalid_scope"}""", """{"error":"invalid_scope"}""")]
    [InlineData("""{"error":"s3cr3t","error_description":"s3cr3t"}""", "{}")]
    [InlineData("""{"error":{"code":"s3cr3t"}}""", "{}")]
    [InlineData("""{"error_description":"AADSTS and AADSTS12"}""", "{}")]
    [InlineData("AADSTS1234567890", "{}")]
    [InlineData("<html>AADSTS90033</html>", """{"error_description":"AADSTS90033"}""")]
    [InlineData("""{"error":"invalid_cl""", "{}")]
    [InlineData("""{"error":"\uD800"}""", "{}")]
    [InlineData("", "{}")]
    public void Reduce_keeps_codes_only(string body, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(LoginErrorBody.Reduce(Encoding.UTF8.GetBytes(body))));
}
