using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Amazon.Runtime;

namespace Varai.Aws.Tests.Secrets;

/// <summary>IAM users of moto, which checks signatures and permissions once they are made.</summary>
internal static class MotoIdentity
{
    private const int CallsWithoutCheck = 3;

    /// <summary>Makes a user that is allowed some actions, and has moto check every call from then on.</summary>
    public static async Task<AWSCredentials> CreateAsync(string endpoint, string user, string[] actions, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(endpoint) };
        using var count = new StringContent($"{CallsWithoutCheck}");
        (await http.PostAsync(new Uri("/moto-api/reset-auth", UriKind.Relative), count, cancellationToken)).EnsureSuccessStatusCode();

        var policy = new JsonObject
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = new JsonArray(new JsonObject
            {
                ["Effect"] = "Allow",
                ["Action"] = new JsonArray([.. actions.Select(a => JsonValue.Create(a))]),
                ["Resource"] = "*",
            }),
        };
        await CallAsync(http, new() { ["Action"] = "CreateUser", ["UserName"] = user }, cancellationToken);
        XDocument key = await CallAsync(http, new() { ["Action"] = "CreateAccessKey", ["UserName"] = user }, cancellationToken);
        await CallAsync(
            http,
            new() { ["Action"] = "PutUserPolicy", ["UserName"] = user, ["PolicyName"] = "test", ["PolicyDocument"] = policy.ToJsonString() },
            cancellationToken);
        return new BasicAWSCredentials(Value(key, "AccessKeyId"), Value(key, "SecretAccessKey"));
    }

    private static string Value(XDocument document, string name) => document.Descendants().Single(e => e.Name.LocalName == name).Value;

    private static async Task<XDocument> CallAsync(HttpClient http, Dictionary<string, string> form, CancellationToken cancellationToken)
    {
        form["Version"] = "2010-05-08";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", "Credential=none/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=none");
        HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return XDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
    }
}
