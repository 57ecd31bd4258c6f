using System.Net;
using System.Security.Cryptography;

namespace Baeum.Tests.Models;

/// <summary>A hub on loopback that can misbehave: it redirects, truncates, lies about hashes, throttles and refuses.</summary>
internal sealed class HubServer : IDisposable
{
    internal const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> files;

    internal HubServer(Dictionary<string, byte[]> files)
    {
        this.files = files;
        // a port that is free now
        for (int tries = 0; ; tries++)
        {
            Address = FormattableString.Invariant($"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/");
            listener.Prefixes.Clear();
            listener.Prefixes.Add(Address);
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (tries < 50)
            {
            }
        }
        _ = Task.Run(Serve);
    }

    internal string Address { get; }

    internal List<string> Log { get; } = [];

    /// <summary>Answers a request instead of the usual answer; true: it did.</summary>
    internal Func<HttpListenerContext, bool> Misbehave { get; set; } = _ => false;

    public void Dispose() => listener.Close();

    internal static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    internal static string GitHash(byte[] bytes) => Convert.ToHexStringLower(SHA1.HashData([.. System.Text.Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await listener.GetContextAsync();
                lock (Log) Log.Add($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath} {context.Request.Headers["Range"]} {context.Request.Headers["Authorization"]}".Trim());
                if (!Misbehave(context)) Answer(context);
                context.Response.Close();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException or IOException)
            {
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        string path = context.Request.Url!.AbsolutePath.TrimStart('/');
        HttpListenerResponse answer = context.Response;
        if (path.StartsWith("api/models/owner/name/revision/", StringComparison.Ordinal))
        {
            string siblings = string.Join(",", files.Keys.Select(name => $"{{\"rfilename\":\"{name}\"}}"));
            answer.OutputStream.Write(System.Text.Encoding.UTF8.GetBytes($"{{\"sha\":\"{Commit}\",\"siblings\":[{siblings}]}}"));
            return;
        }
        string prefix = $"owner/name/resolve/{Commit}/", store = "store/";
        bool isStore = path.StartsWith(store, StringComparison.Ordinal);
        string file = isStore ? path[store.Length..] : path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : "";
        if (!files.TryGetValue(file, out byte[]? bytes))
        {
            answer.StatusCode = 404;
            return;
        }
        // weights lie elsewhere, as on the hub
        if (!isStore && file.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            answer.StatusCode = 302;
            answer.AddHeader("X-Linked-Etag", $"\"{Sha256(bytes)}\"");
            answer.AddHeader("X-Linked-Size", bytes.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            answer.AddHeader("Location", "/" + store + file);
            return;
        }
        answer.AddHeader("ETag", $"\"{GitHash(bytes)}\"");
        Send(context, bytes);
    }

    internal static void Send(HttpListenerContext context, byte[] bytes)
    {
        int from = 0;
        if (context.Request.Headers["Range"] is { } range)
        {
            from = int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            context.Response.StatusCode = 206;
        }
        context.Response.ContentLength64 = bytes.Length - from;
        if (context.Request.HttpMethod != "HEAD") context.Response.OutputStream.Write(bytes, from, bytes.Length - from);
    }
}
