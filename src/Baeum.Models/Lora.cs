using System.Text.Json.Nodes;

namespace Baeum.Models;

/// <summary>What is adapted, and how strongly.</summary>
/// <param name="TargetModules">Layers by the end of their names, such as <c>query</c> or <c>attn.c_attn</c>.</param>
/// <param name="Rank">How many numbers the update of a layer goes through.</param>
/// <param name="Alpha">The update counts alpha / rank times, so that the rank can be changed without the learning rate.</param>
/// <param name="Dropout">Share of the layer's input that the adapter does not see in training.</param>
public sealed record LoraConfig(IReadOnlyList<string> TargetModules, int Rank = 8, double Alpha = 8, double Dropout = 0);

/// <summary>
/// Low-rank adapters (Hu and others, 2021): y = W·x + (alpha / rank)·B·A·x with A [rank, inputs] and B [outputs, rank]. The model's own weights stand
/// still, only A and B are trained; B begins at zero, so that nothing changes at first. Afterwards they are merged into W, or kept as a
/// small folder in the layout of Python's PEFT.
/// </summary>
public sealed class Lora
{
    private const string Prefix = "base_model.model.", ConfigName = "adapter_config.json", WeightsName = "adapter_model.safetensors";

    private readonly List<Adapter> adapters = [];

    private Lora(LoraConfig config) => Config = config;

    /// <summary>What is adapted, and how strongly.</summary>
    public LoraConfig Config { get; }

    /// <summary>A and B of each adapted layer under PEFT's names, such as <c>base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight</c>.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedParameters() =>
        adapters.SelectMany(adapter => ((string, Tensor)[])[($"{Prefix}{adapter.Name}.lora_A.weight", adapter.A), ($"{Prefix}{adapter.Name}.lora_B.weight", adapter.B)]);

    /// <summary>What an optimiser trains.</summary>
    public Tensor[] Parameters() => [.. NamedParameters().Select(entry => entry.Value)];

    /// <summary>Freezes a model and puts adapters into its layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="config">Which layers, and how strongly.</param>
    /// <param name="generator">Where A and dropout masks come from.</param>
    /// <exception cref="ModelException">A target names no layer that can be adapted, or one that is adapted already.</exception>
    public static Lora Inject(Module model, LoraConfig config, RandomGenerator generator)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(generator);
        if (config.Rank < 1 || !double.IsFinite(config.Alpha)) throw new ModelException(FormattableString.Invariant($"Lora: the rank {config.Rank} must be 1 or more, and alpha {config.Alpha} a number."));
        (string Name, Module Value)[] modules = [.. model.NamedModules()];
        var lora = new Lora(config);
        foreach (string target in config.TargetModules)
        {
            var found = modules.Where(module => module.Value is IAdaptableLayer && (module.Name == target || module.Name.EndsWith("." + target, StringComparison.Ordinal))).ToArray();
            if (found.Length == 0)
            {
                var near = Nearest.Names(target, modules.Where(module => module.Value is IAdaptableLayer).Select(module => module.Name.Split('.')[^1]).Distinct());
                throw new ModelException($"Lora: no linear layer is called '{target}'{(near.Count > 0 ? $"; near are {string.Join(", ", near)}" : "")}.");
            }
            foreach (var (name, module) in found)
            {
                if (((IAdaptableLayer)module).Adapter is not null) throw new ModelException($"Lora: '{name}' has an adapter already; merge it first.");
                lora.adapters.Add(new Adapter(name, module, config, generator));
            }
        }
        model.Freeze();
        foreach (Adapter adapter in lora.adapters) adapter.Attach();
        return lora;
    }

    /// <summary>Puts the adapters of a folder that PEFT or <see cref="Save"/> wrote into a model.</summary>
    /// <exception cref="ModelException">The configuration is missing, or asks for what is not known here.</exception>
    /// <exception cref="CheckpointException">The adapters do not fit the model.</exception>
    public static Lora Load(Module model, string folder)
    {
        ConfigFile file = ConfigFile.Read(folder, ConfigName);
        if (file.Word("peft_type", "LORA") != "LORA") throw new ModelException($"{file.Source}: the adapter is of the type '{file.Word("peft_type")}'; LORA is known.");
        foreach (string flag in (string[])["use_dora", "use_rslora", "lora_bias", "use_qalora"])
        {
            if (file.Flag(flag, false)) throw new ModelException($"{file.Source}: '{flag}' is on, which is not known here.");
        }
        if (file.Word("bias", "none") != "none") throw new ModelException($"{file.Source}: trained biases ('bias') are not known here.");
        string[] targets = file.Fields["target_modules"] is JsonArray list ? [.. list.Select(node => node?.GetValue<string>() ?? "")] : [file.Word("target_modules")];
        var lora = Inject(model, new LoraConfig(targets, file.Int("r"), file.Number("lora_alpha"), file.Number("lora_dropout", 0)), new PhiloxRandom(0));
        lora.LoadStateDict(Safetensors.Load(Path.Combine(folder, WeightsName)));
        return lora;
    }

    /// <summary>Copies A and B of each layer from tensors under PEFT's names.</summary>
    /// <exception cref="CheckpointException">One is missing or of another shape.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        foreach (var (name, value) in NamedParameters())
        {
            if (!state.TryGetValue(name, out Tensor? stored)) throw new CheckpointException($"Lora: the tensor '{name}' is missing.");
            if (!stored.Shape.Equals(value.Shape)) throw new CheckpointException($"Lora: '{name}' has the shape {stored.Shape}; the model needs {value.Shape}.");
            value.Detach().CopyFromInPlace(stored);
        }
    }

    /// <summary>Writes <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, as PEFT does.</summary>
    /// <param name="folder">Made where it does not exist.</param>
    /// <param name="baseModel">Where the model is that they belong to: a folder or OWNER/NAME.</param>
    public void Save(string folder, string? baseModel = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Safetensors.Save(Path.Combine(folder, WeightsName), NamedParameters().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.Detach())), [KeyValuePair.Create("format", "pt")]);
        new ConfigFile(new JsonObject
        {
            ["peft_type"] = "LORA",
            ["base_model_name_or_path"] = baseModel,
            ["r"] = Config.Rank,
            ["lora_alpha"] = Config.Alpha,
            ["lora_dropout"] = Config.Dropout,
            ["target_modules"] = new JsonArray([.. Config.TargetModules.Select(name => (JsonNode)name)]),
            ["fan_in_fan_out"] = adapters.Exists(adapter => adapter.IsTransposed),
            ["bias"] = "none",
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
        }).Save(folder, ConfigName);
    }

    /// <summary>Adds the updates to the model's own weights and takes the adapters out: the model is as fast as before and stays frozen.</summary>
    public void Merge()
    {
        foreach (Adapter adapter in adapters) adapter.Merge();
        adapters.Clear();
    }

    private sealed class Adapter
    {
        private readonly Module module;
        private readonly IAdaptableLayer layer;
        private readonly double scale, dropout;
        private readonly RandomGenerator generator;

        internal Adapter(string name, Module module, LoraConfig config, RandomGenerator generator)
        {
            (Name, this.module, this.generator, layer) = (name, module, generator, (IAdaptableLayer)module);
            (scale, dropout) = (config.Alpha / config.Rank, config.Dropout);
            int outputs = layer.Weight.Shape[IsTransposed ? 1 : 0], inputs = layer.Weight.Shape[IsTransposed ? 0 : 1];
            A = Tensor.Zeros([config.Rank, inputs], layer.Weight.DType);
            Initializers.KaimingUniform(Math.Sqrt(5))(A, generator);
            A.RequireGrad();
            B = Tensor.Zeros([outputs, config.Rank], layer.Weight.DType).RequireGrad();
        }

        internal string Name { get; }

        /// <summary>[rank, inputs].</summary>
        internal Tensor A { get; }

        /// <summary>[outputs, rank].</summary>
        internal Tensor B { get; }

        internal bool IsTransposed => layer.IsTransposed;

        internal void Attach() => layer.Adapter = x =>
        {
            Tensor seen = module.IsTraining && dropout > 0 ? x.Dropout(dropout, generator) : x;
            return seen.Linear(A).Linear(B) * scale;                            // [..., inputs] → [..., rank] → [..., outputs]
        };

        internal void Merge()
        {
            layer.Adapter = null;
            using var quiet = Autograd.NoGrad();
            Tensor update = B.MatMul(A) * scale;                                // [outputs, inputs]
            layer.Weight.Detach().CopyFromInPlace(layer.Weight + (IsTransposed ? update.Transpose(0, 1) : update));
        }
    }
}
