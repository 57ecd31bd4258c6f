using System.Net;
using Baeum.Models;

namespace Baeum.Tests.Models;

public sealed class HubTests : IDisposable
{
    private readonly TemporaryFolder cache = new();
    private readonly byte[] weights = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 % 251))];
    private readonly HubServer server;

    public HubTests() => server = new HubServer(new() { ["config.json"] = "{\"a\": 1}"u8.ToArray(), ["model.safetensors"] = weights, ["pytorch_model.bin"] = [1], ["README.md"] = [2] });

    public void Dispose()
    {
        server.Dispose();
        cache.Dispose();
    }

    private HubClient Client(string? token = null, bool isOffline = false) => new(server.Address, token, cache.Path, isOffline, TimeSpan.FromMilliseconds(1));

    private Task<string> Download(string? token = null) => Client(token).DownloadAsync("owner/name");

    [Fact]
    public async Task A_model_lies_in_the_cache_as_Python_lays_it()
    {
        string folder = await Download();
        Assert.Equal(Path.Combine(cache.Path, "models--owner--name", "snapshots", HubServer.Commit), folder);
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.True(File.Exists(Path.Combine(cache.Path, "models--owner--name", "blobs", HubServer.Sha256(weights))));
        Assert.Equal(HubServer.Commit, File.ReadAllText(Path.Combine(cache.Path, "models--owner--name", "refs", "main")));
        Assert.Equal(["config.json", "model.safetensors"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        if (!OperatingSystem.IsWindows()) Assert.Equal($"../../blobs/{HubServer.Sha256(weights)}", new FileInfo(Path.Combine(folder, "model.safetensors")).LinkTarget);
    }

    [Fact]
    public async Task What_is_there_is_not_fetched_again_and_serves_without_a_network()
    {
        string folder = await Download();
        server.Log.Clear();
        Assert.Equal(folder, await Download());
        Assert.DoesNotContain(server.Log, line => line.StartsWith("GET /store", StringComparison.Ordinal));
        Assert.Equal(folder, await Client(isOffline: true).DownloadAsync("owner/name"));
        server.Dispose();
        Assert.Equal(folder, await Download());
    }

    [Fact]
    public async Task A_broken_download_goes_on_where_it_ended()
    {
        int cuts = 0;
        server.Misbehave = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/store", StringComparison.Ordinal) || cuts++ > 0) return false;
            context.Response.ContentLength64 = weights.Length;
            context.Response.OutputStream.Write(weights, 0, 100_000);
            context.Response.Abort();
            return true;
        };
        Assert.Equal(weights, File.ReadAllBytes(Path.Combine(await Download(), "model.safetensors")));
        Assert.Contains(server.Log, line => line.Contains("bytes=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Contents_that_do_not_match_their_hash_are_never_used()
    {
        byte[] wrong = [.. weights];
        wrong[5]++;
        server.Misbehave = context =>
        {
            if (!context.Request.Url!.AbsolutePath.StartsWith("/store", StringComparison.Ordinal)) return false;
            HubServer.Send(context, wrong);
            return true;
        };
        var error = await Assert.ThrowsAsync<ModelException>(() => Download());
        Assert.Contains("not what the server's hash says", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(cache.Path, "models--owner--name", "blobs", HubServer.Sha256(weights))));
        Assert.Null(new HubCache(cache.Path, "owner/name").Commit("main"));
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        int refusals = 0;
        server.Misbehave = context =>
        {
            if (++refusals > 2) return false;
            context.Response.StatusCode = 429;
            context.Response.AddHeader("Retry-After", "0");
            return true;
        };
        Assert.True(File.Exists(Path.Combine(await Download(), "config.json")));
        server.Misbehave = context =>
        {
            context.Response.StatusCode = 503;
            return true;
        };
        Assert.Contains("503", (await Assert.ThrowsAsync<ModelException>(() => Download())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(403, "accept the model's terms")]
    [InlineData(404, "there is no revision main")]
    public async Task A_refusal_says_what_would_help(int code, string expected)
    {
        server.Misbehave = context =>
        {
            context.Response.StatusCode = code;
            return true;
        };
        using var anonymous = new HubClient(server.Address, "", cache.Path, false, TimeSpan.FromMilliseconds(1));
        string message = (await Assert.ThrowsAsync<ModelException>(() => anonymous.DownloadAsync("owner/name"))).Message;
        Assert.Contains(code == 401 && message.Contains("token in use", StringComparison.Ordinal) ? "token" : expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_nowhere_else()
    {
        using var other = new HubServer(new() { ["model.safetensors"] = weights });
        server.Misbehave = context =>
        {
            if (!context.Request.Url!.AbsolutePath.EndsWith("model.safetensors", StringComparison.Ordinal)) return false;
            context.Response.StatusCode = 302;
            context.Response.AddHeader("X-Linked-Etag", $"\"{HubServer.Sha256(weights)}\"");
            context.Response.AddHeader("X-Linked-Size", "300000");
            context.Response.AddHeader("Location", other.Address + "store/model.safetensors");
            return true;
        };
        await Download("secret");
        Assert.All(server.Log, line => Assert.EndsWith("Bearer secret", line, StringComparison.Ordinal));
        Assert.NotEmpty(other.Log);
        Assert.All(other.Log, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_that_lead_out_of_the_cache_are_refused()
    {
        using var evil = new HubServer(new() { ["../../outside.json"] = [1] });
        using var client = new HubClient(evil.Address, null, cache.Path, false, TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<ModelException>(() => client.DownloadAsync("owner/name"));
        await Assert.ThrowsAsync<ModelException>(() => client.DownloadAsync("../name"));
        await Assert.ThrowsAsync<ModelException>(() => client.DownloadAsync("owner/name", "../../main"));
    }

    [Fact]
    public async Task Without_network_and_cache_the_reason_is_given()
    {
        using var client = new HubClient("http://127.0.0.1:9", null, cache.Path, false, TimeSpan.FromMilliseconds(1));
        Assert.Contains("cannot be reached", (await Assert.ThrowsAsync<ModelException>(() => client.DownloadAsync("owner/name"))).Message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", (await Assert.ThrowsAsync<ModelException>(() => Client(isOffline: true).DownloadAsync("owner/name"))).Message, StringComparison.Ordinal);
    }
}
