using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;
using Varai.Secrets;

namespace Varai.Aws.Tests.Secrets;

/// <summary>Every way in which AWS, or something in between, can fail.</summary>
public sealed class AwsFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int, string, bool, bool, string> Errors => new()
    {
        { 400, "ThrottlingException", true, true, "AWS answered ThrottlingException (HTTP 400" },
        { 400, "TooManyRequestsException", true, true, "AWS answered TooManyRequestsException" },
        { 429, "Whatever", true, true, "AWS answered Unknown (HTTP 429" },
        { 500, "InternalServiceError", true, false, "AWS answered InternalServiceError" },
        { 500, "Whatever", true, false, "AWS answered Unknown (HTTP 500" },
        { 503, "ServiceUnavailableException", true, false, "AWS answered ServiceUnavailableException" },
        { 408, "", true, false, "AWS answered Unknown (HTTP 408" },
        { 400, "AccessDeniedException", false, false, "Grant the IAM action secretsmanager:GetSecretValue on 'name'" },
        { 403, "", false, false, "Grant the IAM action secretsmanager:GetSecretValue on 'name'" },
        { 401, "", false, false, "The credentials are not valid" },
        { 400, "DecryptionFailure", false, false, "The KMS key must exist, be enabled, and allow kms:Decrypt" },
        { 400, "LimitExceededException", false, false, "A quota of the account is reached" },
        { 400, "InvalidParameterException", false, false, "AWS answered InvalidParameterException" },
        { 404, "", false, false, "AWS answered Unknown (HTTP 404" },
        { 301, "", false, false, "AWS answered Unknown (HTTP 301" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Get_ErrorOfAws_IsMappedAndNotRepeated(int status, string code, bool isTransient, bool isThrottled, string message)
    {
        SecretProviderException error = await FailAsync((_, context) => FakeSecretsManager.FailAsync(context, status, code, "s3cr3t"), out Task<int> calls);

        Assert.Equal((isTransient, isThrottled), (error.IsTransient, error.IsThrottled));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(("aws-secrets-manager", "read", "name"), (error.Provider, error.Operation, error.SecretName));
        Assert.Null(error.InnerException);
        Assert.Equal(1, await calls);
    }

    [Fact]
    public async Task Get_RetryAfter_IsPassedOn()
    {
        SecretProviderException seconds = await FailAsync(WithRetryAfter("7"), out _);
        SecretProviderException date = await FailAsync(WithRetryAfter("Sun, 22 Nov 2026 10:00:09 GMT"), out _, new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero)));
        SecretProviderException none = await FailAsync(WithRetryAfter("soon"), out _);

        Assert.Equal(TimeSpan.FromSeconds(7), seconds.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(9), date.RetryAfter);
        Assert.Null(none.RetryAfter);

        static Func<FakeCall, HttpContext, Task> WithRetryAfter(string value) => (_, context) =>
        {
            context.Response.Headers.RetryAfter = value;
            return FakeSecretsManager.FailAsync(context, 503, "ThrottlingException");
        };
    }

    [Fact]
    public async Task Get_RequestId_IsInTheMessageOnlyAsOne()
    {
        SecretProviderException plain = await FailAsync(
            static (_, context) =>
            {
                context.Response.Headers["x-amzn-RequestId"] = "5b2ae5e4-0c1c-4d25-9c3f-0d6a3f1c2b7e";
                return FakeSecretsManager.FailAsync(context, 500, "InternalServiceError");
            },
            out _);
        SecretProviderException odd = await FailAsync(
            static (_, context) =>
            {
                context.Response.Headers["x-amzn-RequestId"] = "s3cr3t";
                return FakeSecretsManager.FailAsync(context, 500, "InternalServiceError");
            },
            out _);

        Assert.EndsWith("AWS answered InternalServiceError (HTTP 500, request 5b2ae5e4-0c1c-4d25-9c3f-0d6a3f1c2b7e).", plain.Message, StringComparison.Ordinal);
        Assert.EndsWith("AWS answered InternalServiceError (HTTP 500).", odd.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Nonsense => new(
        "", "null", "[]", "\"s3cr3t\"", "<html>s3cr3t</html>", "{\"SecretString\":\"s3cr3t\"", "{\"SecretString\":\"s3cr3t\"} s3cr3t",
        """{"Name":"name","SecretString":"s3cr3t"}""",
        """{"ARN":"a","Name":"name","VersionId":"v"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","SecretBinary":"s3cr3t!"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","SecretString":"s3cr3t\ud800"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","SecretString":["s3cr3t"]}""",
        """{"ARN":["s3cr3t"],"Name":"name","VersionId":"v","SecretString":"s3cr3t"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","VersionStages":"s3cr3t","SecretString":"s3cr3t"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","CreatedDate":"s3cr3t","SecretString":"s3cr3t"}""",
        """{"ARN":"a","Name":"name","VersionId":"v","CreatedDate":1e300,"SecretString":"s3cr3t"}""");

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Get_AnswerThatIsNone_FailsWithoutRepeatingIt(string body)
    {
        SecretProviderException error = await FailAsync((_, context) => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask(), out _);

        Assert.True(error.IsTransient);
        Assert.EndsWith("AWS's answer can't be understood. Is the endpoint right, or is a proxy in between?", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task Get_OtherContentType_IsReadAllTheSame()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        server.Fault = static async (_, context) =>
        {
            context.Response.ContentType = "text/html; charset=iso-8859-1";
            await context.Response.Body.WriteAsync("""{"ARN":"a","Name":"n","VersionId":"v","SecretString":"\u00e9é"}"""u8.ToArray());
            return true;
        };
        using var client = new AwsSecretsManagerClient(server.Options());

        Assert.Equal("éé", (await client.GetAsync("name", cancellationToken: Cancellation))?.Value.RevealString());
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"SecretString\":\"s3cr3t", "The answer of AWS was cut off.")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Any: s3cr3t", "The connection to AWS was lost.")]
    [InlineData("s3cr3t that is no status line\r\n\r\n", "AWS could not be reached, or its answer could not be read (InvalidResponse).")]
    [InlineData("HTTP/1.1 200 OK\r\ns3cr3t that is no header\r\n\r\n", "AWS could not be reached, or its answer could not be read (InvalidResponse).")]
    public async Task Get_AnswerIsCutOffOrNoHttp_IsTransientAndNotRepeated(string answer, string message)
    {
        await using GarbageServer server = GarbageServer.Start(answer);
        using var client = new AwsSecretsManagerClient(OptionsFor(server.Endpoint));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));

        Assert.True(error.IsTransient);
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Fact]
    public async Task Get_HugeAnswer_IsRefused()
    {
        SecretProviderException error = await FailAsync(
            static async (_, context) =>
            {
                byte[] chunk = new byte[1024 * 1024];
                for (int i = 0; i < 17; i++)
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            },
            out _);

        Assert.Contains("The answer has more than 16777216 bytes.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_HugeError_IsMappedByItsStatus()
    {
        SecretProviderException error = await FailAsync(
            static async (_, context) =>
            {
                context.Response.StatusCode = 503;
                await context.Response.Body.WriteAsync(new byte[1024 * 1024], context.RequestAborted);
            },
            out _);

        Assert.True(error.IsTransient);
        Assert.Contains("AWS answered Unknown (HTTP 503", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_NobodyListens_IsTransient()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var client = new AwsSecretsManagerClient(OptionsFor($"http://127.0.0.1:{port}"));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));

        Assert.True(error.IsTransient);
        Assert.EndsWith("AWS could not be reached (ConnectionRefused).", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ServerSpeaksNoTls_IsTransient()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var client = new AwsSecretsManagerClient(server.Options(o => o.Endpoint = o.Endpoint!.Replace("http:", "https:", StringComparison.Ordinal)));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));

        Assert.True(error.IsTransient);
        Assert.Contains("No secure connection to AWS could be made", error.Message, StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_Hangs_EndsWithTheCallersToken(bool afterHeaders)
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        var hanging = new TaskCompletionSource();
        server.Fault = async (_, context) =>
        {
            if (afterHeaders)
            {
                await context.Response.Body.WriteAsync("""{"ARN":"""u8.ToArray());
                await context.Response.Body.FlushAsync();
            }

            hanging.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
            return true;
        };
        using var client = new AwsSecretsManagerClient(server.Options());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        Task<AwsSecretValue?> read = client.GetAsync("name", cancellationToken: patience.Token);
        await hanging.Task;
        await patience.CancelAsync();

        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Null(error.InnerException);
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(600)]
    public async Task Get_ClockIsWrong_IsSignedWithTheTimeOfAws(int minutes)
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        var logs = new FakeLogger<AwsSecretsManagerClient>();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(minutes));
        using var client = new AwsSecretsManagerClient(server.Options(), time, logs);

        await client.CreateAsync("name", new SecretValue("value"), cancellationToken: Cancellation);
        using SecretValue? value = (await client.GetAsync("name", cancellationToken: Cancellation))?.Value;

        Assert.Equal("value", value?.RevealString());
        // The first is refused; the token of the write is the same both times, and the clock is right from then on.
        Assert.Equal(["CreateSecret", "CreateSecret", "GetSecretValue"], server.Calls.Select(c => c.Operation));
        Assert.Single(server.Calls.Where(c => c.Operation == "CreateSecret").Select(c => (string)c.Json["ClientRequestToken"]!).Distinct(StringComparer.Ordinal));
        Assert.StartsWith("The clock of this machine is", Assert.Single(logs.Collector.GetSnapshot()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ClockIsRightAndSignatureWrong_IsNotRepeated()
    {
        SecretProviderException error = await FailAsync(static (_, context) => FakeSecretsManager.FailAsync(context, 403, "InvalidSignatureException"), out Task<int> calls);

        Assert.Contains("The secret access key does not belong to the access key id, or the clock of this machine is wrong.", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await calls);
    }

    [Fact]
    public async Task Get_CredentialsExpire_AreResolvedAfreshOnce()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        var logs = new FakeLogger<AwsSecretsManagerClient>();
        int resolved = 0;
        server.Keys.Add("AKIA1");
        using var client = new AwsSecretsManagerClient(
            server.Options(o => o.Credentials = _ => ValueTask.FromResult<AWSCredentials>(new SessionAWSCredentials($"AKIA{++resolved}", "secret", $"token{resolved}"))),
            logger: logs);
        await client.CreateAsync("name", new SecretValue("value"), cancellationToken: Cancellation);

        server.Keys.Remove("AKIA1");
        server.Keys.Add("AKIA2");
        using SecretValue? value = (await client.GetAsync("name", cancellationToken: Cancellation))?.Value;

        Assert.Equal("value", value?.RevealString());
        Assert.Equal(["AKIA1 token1", "AKIA1 token1", "AKIA2 token2"], server.Calls.Select(c => $"{c.AccessKeyId} {c.Token}"));
        Assert.Contains("They were resolved afresh.", Assert.Single(logs.Collector.GetSnapshot()).Message, StringComparison.Ordinal);

        server.Keys.Remove("AKIA2");
        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));
        Assert.Contains("UnrecognizedClientException", error.Message, StringComparison.Ordinal);
        Assert.Equal(5, server.Calls.Count);
    }

    [Fact]
    public async Task Get_CredentialsAreRefusedAndStayTheSame_IsNotRepeated()
    {
        SecretProviderException error = await FailAsync(static (_, context) => FakeSecretsManager.FailAsync(context, 400, "ExpiredTokenException"), out Task<int> calls);

        Assert.Contains("ExpiredTokenException", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.Equal(1, await calls);
    }

    [Fact]
    public async Task Get_NoCredentials_SaysWhereToPutThem()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var failing = new AwsSecretsManagerClient(server.Options(o => o.Credentials = static _ => throw new InvalidOperationException("s3cr3t")));
        using var profile = new AwsSecretsManagerClient(server.Options(o => (o.Credentials, o.Profile) = (null, "no-such-profile")));

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => failing.GetAsync("name", cancellationToken: Cancellation));
        Assert.Contains("No AWS credentials were found (InvalidOperationException). Set Profile or Credentials", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", error.ToString(), StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        error = await Assert.ThrowsAsync<SecretProviderException>(() => profile.GetAsync("name", cancellationToken: Cancellation));
        Assert.Contains("The AWS profile 'no-such-profile' does not exist or has no credentials.", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task List_SamePageForEver_Fails()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        server.Fault = static async (_, context) =>
        {
            await context.Response.Body.WriteAsync("""{"SecretList":[{"ARN":"a","Name":"n"}],"NextToken":"again"}"""u8.ToArray());
            return true;
        };
        using var client = new AwsSecretsManagerClient(server.Options());

        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await client.ListAsync(cancellationToken: Cancellation).CountAsync(Cancellation));

        Assert.Contains("AWS gives the same page again and again", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task Set_ValueTooLong_IsRefusedBeforeItIsSent()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var client = new AwsSecretsManagerClient(server.Options());
        var provider = new AwsSecretsManagerProvider(client);

        await provider.SetAsync("name", new SecretValue(new byte[65_536]), Cancellation);
        SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(
            async () => await provider.SetAsync("name", new SecretValue(new byte[65_537]), Cancellation));

        Assert.EndsWith("The value has 65537 bytes; AWS keeps at most 65536.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Set_MadeBySomebodyElseMeanwhile_IsWrittenAllTheSame()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var client = new AwsSecretsManagerClient(server.Options());
        using var other = new AwsSecretsManagerClient(server.Options());
        server.Fault = async (call, _) =>
        {
            if (call.Operation == "CreateSecret")
            {
                server.Fault = null;
                await other.CreateAsync("name", new SecretValue("theirs"), cancellationToken: Cancellation);
            }

            return false;
        };

        await new AwsSecretsManagerProvider(client).SetAsync("name", new SecretValue("ours"), Cancellation);

        Assert.Equal("ours", (await client.GetAsync("name", cancellationToken: Cancellation))?.Value.RevealString());
        Assert.Equal("theirs", (await client.GetAsync("name", stage: "AWSPREVIOUS", cancellationToken: Cancellation))?.Value.RevealString());
    }

    [Fact]
    public async Task MoveStage_Current_ServesTheNamedVersion()
    {
        await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
        using var client = new AwsSecretsManagerClient(server.Options());
        AwsSecretVersion first = await client.CreateAsync("name", new SecretValue("one"), cancellationToken: Cancellation);
        AwsSecretVersion second = await client.PutAsync("name", new SecretValue("two"), cancellationToken: Cancellation);

        await client.MoveStageAsync("name", "AWSCURRENT", first.VersionId, second.VersionId, Cancellation);

        Assert.Equal("one", (await client.GetAsync("name", cancellationToken: Cancellation))?.Value.RevealString());
        Assert.Equal("two", (await client.GetAsync("name", stage: "AWSPREVIOUS", cancellationToken: Cancellation))?.Value.RevealString());
        await Assert.ThrowsAsync<SecretProviderException>(() => client.MoveStageAsync("name", "AWSCURRENT", second.VersionId, cancellationToken: Cancellation));
    }

    private static AwsSecretsManagerOptions OptionsFor(string endpoint) => new()
    {
        Region = "eu-central-1",
        Endpoint = endpoint,
        Credentials = static _ => ValueTask.FromResult<AWSCredentials>(new BasicAWSCredentials("AKIAFAKE", "secret")),
    };

    private static Task<SecretProviderException> FailAsync(Func<FakeCall, HttpContext, Task> answer, out Task<int> calls, TimeProvider? time = null)
    {
        var counted = new TaskCompletionSource<int>();
        calls = counted.Task;
        return RunAsync();

        async Task<SecretProviderException> RunAsync()
        {
            await using FakeSecretsManager server = await FakeSecretsManager.StartAsync(Cancellation);
            server.Fault = async (call, context) =>
            {
                await answer(call, context);
                return true;
            };
            using var client = new AwsSecretsManagerClient(server.Options(), time);
            SecretProviderException error = await Assert.ThrowsAsync<SecretProviderException>(() => client.GetAsync("name", cancellationToken: Cancellation));
            counted.SetResult(server.Calls.Count);
            return error;
        }
    }
}
