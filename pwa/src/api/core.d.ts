/* Generated from the OpenAPI document by `npm run client`; do not edit. */
export interface paths {
    "/api/core/books/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Journal
         * @description The journal's entries, the newest first; `document` is a part of a document's name, such as `PO-5001`.
         */
        get: operations["journal"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/books/stock-values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * StockValues
         * @description What stock is worth, item by item.
         */
        get: operations["stockValues"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/books/trial-balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * TrialBalance
         * @description Every account's debits, credits and balance; the difference of all of them is zero.
         */
        get: operations["trialBalance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/concerns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Concerns
         * @description What a person must look at; with `decided`, what they decided. `document` is such as `purchase/PO-5001`.
         */
        get: operations["concerns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/concerns/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `concern.decide`: what is done about it: use the old revision up, rework, cancel, cost anew, or it is settled.
         */
        post: operations["concernDecide"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Items
         * @description Items by SKU.
         */
        get: operations["items"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/items/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Item
         * @description One item: revisions, BOMs, costs, value, and the open lines it stands on.
         */
        get: operations["item"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/items/cost": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `item.cost`: reckon what one unit costs at the released revision, by its BOM and routing or its supplier's price.
         */
        post: operations["itemCost"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/items/revisions/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `item.draft_revision`: begin the next revision. A BOM of the item is copied to `bom_revision` for it, if one is named.
         */
        post: operations["itemDraftRevision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/items/revisions/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `item.release_revision`: from now on (or from a day) this is the revision to make, buy and store.
         *
         *     The one before is superseded, and so is its BOM; everyone who works with the item hears of it in one message. `before` says what
         *     becomes of orders that stand on it: they are used up with a warning, or nobody begins on them any more (`stop`).
         */
        post: operations["itemReleaseRevision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/drop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `link.drop`: give this message up, for a reason that stays with it; its document goes on.
         */
        post: operations["coreLinkDrop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/inbox": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive
         * @description Takes one signed CloudEvents message and keeps it whole. 202 for a repeated one, too; the worker reads it afterwards.
         */
        post: operations["receiveMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/masters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `core_link.tell_masters`: the floor is told every item and partner anew.
         */
        post: operations["coreLinkTellMasters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/messages/{way}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Messages
         * @description Messages, those that need a person first; those that got through when they are asked for. `search` is part of a document's name.
         */
        get: operations["linkMessages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/messages/{way}/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Message
         * @description One message with all it says.
         */
        get: operations["linkMessage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `link.replay`: try this message again, now; whatever waits behind it in its document follows.
         */
        post: operations["coreLinkReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Status
         * @description How many messages wait, since when, how many need a person, and which workers live.
         */
        get: operations["linkStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/link/stock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stock
         * @description How much of each item the books have, and of which items messages have not been read yet.
         */
        get: operations["linkStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/partners": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Partners
         * @description Customers and suppliers by number.
         */
        get: operations["partners"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/partners/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Partner
         * @description One partner, and who changed it when.
         */
        get: operations["partner"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/partners/save": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `partner.save`: a customer or supplier as it is from now on, whole. The floor is told: addresses on papers, mail to suppliers.
         *
         *     `country` is ISO 3166-1 alpha-2, `language` BCP 47; without a `credit_limit` there is none. `tolerance` left out stays as it is.
         */
        post: operations["partnerSave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/promise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * CanAccept
         * @description Whether an order can be accepted: date, cost at the revision, margin, credit, and why not. Writes nothing.
         */
        post: operations["canAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * PurchaseOrders
         * @description Purchase orders, the newest number first.
         */
        get: operations["purchaseOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * PurchaseOrder
         * @description One purchase order with its versions, answers and invoices.
         */
        get: operations["purchaseOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `purchase.cancel`: no longer wanted.
         */
        post: operations["purchaseCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `purchase.draft`: write down what is to be ordered. The supplier hears of it when it is released.
         */
        post: operations["purchaseDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/invoices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `purchase.book_invoice`: book what the supplier billed, net of tax. What was not received is refused; a price may differ.
         */
        post: operations["purchaseBookInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `purchase.release`: send it to the supplier as its next version.
         */
        post: operations["purchaseRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/purchase-orders/revise": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `purchase.revise`: the lines as they shall be; released at once as the next version where one was released before.
         *
         *     A line that is not named is cancelled, unless something of it was received: then it is kept at what was received.
         */
        post: operations["purchaseRevise"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * SalesOrders
         * @description Sales orders, the earliest due first.
         */
        get: operations["salesOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * SalesOrder
         * @description One sales order, whole.
         */
        get: operations["salesOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `sales.cancel`: no longer wanted. What has already been picked is the floor's to put back.
         */
        post: operations["salesCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/enter": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `sales.enter`: a customer orders. Nothing reaches the floor before the order is released.
         */
        post: operations["salesEnter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/invoice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `sales.invoice`: bill what was shipped and not billed yet.
         */
        post: operations["salesInvoice"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `sales.book_payment`: a customer paid so much of an invoice.
         */
        post: operations["salesBookPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/sales-orders/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `sales.release`: ask the floor to ship it.
         */
        post: operations["salesRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WorkOrders
         * @description Work orders, the earliest due first.
         */
        get: operations["workOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * WorkOrder
         * @description One work order with its operations, materials and cost so far.
         */
        get: operations["workOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `work_order.cancel`: no longer wanted; refused once something was reported.
         */
        post: operations["workOrderCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `work_order.close`: nothing more will be reported; what is left in work in progress becomes its variance.
         */
        post: operations["workOrderClose"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `work_order.draft`: plan to make so many, by the released revision and BOM unless others are named.
         */
        post: operations["workOrderDraft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/core/work-orders/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take
         * @description `work_order.release`: give it to the floor.
         */
        post: operations["workOrderRelease"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Acceptance */
        Acceptance: {
            accepted: boolean;
            cost: string | null;
            credit: components["schemas"]["Credit"];
            date: string | null;
            lines: components["schemas"]["LinePromise"][];
            margin: string | null;
            marginPercent: string | null;
            reasons: components["schemas"]["Reason"][];
            revenue: string;
        };
        /** Accepted */
        Accepted: {
            id: string;
            state: string;
        };
        /** AccountBalance */
        AccountBalance: {
            balance: string;
            code: string;
            credit: string;
            debit: string;
            kind: string;
            name: string;
            names: {
                [key: string]: string;
            };
            role: string | null;
        };
        /** Advice */
        Advice: {
            adviceId: string;
            /** Format: date-time */
            at: string;
            content: {
                [key: string]: unknown;
            };
            /** Format: date */
            shipsOn: string;
        };
        /** AskedLine */
        AskedLine: {
            price?: string | null;
            quantity: string;
            sku: string;
            /** @default  */
            unit: string;
        };
        /** BilledLine */
        BilledLine: {
            line: number;
            price: string;
            quantity: string;
        };
        /** BomFacts */
        BomFacts: {
            bomRevision: string;
            effectiveFrom: string | null;
            effectiveTo: string | null;
            itemRevision: string;
            materials: components["schemas"]["MaterialFacts"][];
            operations: components["schemas"]["OperationFacts"][];
            state: string;
        };
        /** BookPayment */
        BookPayment: {
            amount: string;
            invoice: string;
        };
        /** BookSupplierInvoice */
        BookSupplierInvoice: {
            lines: components["schemas"]["BilledLine"][];
            number: string;
            purchaseOrder: string;
        };
        /** Box */
        Box: {
            dead: number;
            dropped: number;
            lastHour: number;
            oldestWaiting: string | null;
            unknown: number;
            waiting: number;
            /** @enum {string} */
            way: "in" | "out";
        };
        /** CanAccept */
        CanAccept: {
            customer: string;
            lines: components["schemas"]["AskedLine"][];
            /** Format: date */
            wantedOn: string;
        };
        /** CancelPurchaseOrder */
        CancelPurchaseOrder: {
            number: string;
            reason: string;
        };
        /** CancelSalesOrder */
        CancelSalesOrder: {
            number: string;
            reason: string;
        };
        /** CancelWorkOrder */
        CancelWorkOrder: {
            number: string;
            reason: string;
        };
        /** CloseWorkOrder */
        CloseWorkOrder: {
            number: string;
        };
        /** ConcernDecided */
        ConcernDecided: {
            decision: string;
            key: string;
        };
        /** ConcernFacts */
        ConcernFacts: {
            choices: ("use_up" | "rework" | "cancel" | "recost" | "settled")[];
            current: string | null;
            decidedAt: string | null;
            decision: string | null;
            document: string;
            facts: {
                [key: string]: unknown;
            };
            key: string;
            kind: string;
            line: number | null;
            name: string | null;
            note: string | null;
            quantity: string | null;
            raisedAt: string | null;
            revision: string | null;
            sku: string | null;
        };
        /** Concerns */
        Concerns: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["ConcernFacts"][];
            page: number;
            size: number;
            total: number;
        };
        /** CostAnew */
        CostAnew: {
            sku: string;
        };
        /** Costed */
        Costed: {
            sku: string;
            version: number;
        };
        /** CostFacts */
        CostFacts: {
            bomRevision: string | null;
            labour: string;
            /** Format: date-time */
            madeAt: string;
            material: string;
            revision: string;
            total: string;
            version: number;
        };
        /** CountedItem */
        CountedItem: {
            quantity: string;
            sku: string;
        };
        /** CountedStock */
        CountedStock: {
            items: components["schemas"]["CountedItem"][];
            /** @default [] */
            unread: string[];
        };
        /** Credit */
        Credit: {
            left: string | null;
            limit: string | null;
            onOrder: string;
            owed: string;
            thisOrder: string;
        };
        /** CustomerBill */
        CustomerBill: {
            /** Format: date */
            dueOn: string;
            /** Format: date-time */
            invoicedAt: string;
            number: string;
            paid: string;
            total: string;
        };
        /** DecideConcern */
        DecideConcern: {
            /** @enum {string} */
            decision: "use_up" | "rework" | "cancel" | "recost" | "settled";
            key: string;
            /** @default  */
            note: string;
        };
        /** DraftPurchaseOrder */
        DraftPurchaseOrder: {
            lines: components["schemas"]["WantedLine"][];
            /** @default  */
            number: string;
            /** @default  */
            site: string;
            supplier: string;
        };
        /** DraftRevision */
        DraftRevision: {
            /** @default  */
            bomRevision: string;
            /** @default  */
            note: string;
            revision: string;
            sku: string;
        };
        /** DraftWorkOrder */
        DraftWorkOrder: {
            /** @default  */
            bomRevision: string;
            /** Format: date-time */
            dueAt: string;
            /** @default  */
            number: string;
            quantity: string;
            /** @default  */
            site: string;
            sku: string;
        };
        /** DropMessage */
        DropMessage: {
            reason: string;
            seq: number;
            /** @enum {string} */
            way: "in" | "out";
        };
        /** EnterSalesOrder */
        EnterSalesOrder: {
            /** @default  */
            carrier: string;
            customer: string;
            /** Format: date-time */
            dueAt: string;
            lines: components["schemas"]["NewSalesLine"][];
            /** @default  */
            number: string;
            /** @default 0 */
            priority: number;
            /** @default  */
            site: string;
        };
        /** Entry */
        Entry: {
            /** Format: date-time */
            at: string;
            /** Format: date-time */
            bookedAt: string;
            document: string;
            /** Format: uuid */
            id: string;
            kind: string;
            lines: components["schemas"]["Posting"][];
            note: string;
        };
        /** FilterCount */
        FilterCount: {
            count: number;
            name: string;
        };
        /** InvoiceSalesOrder */
        InvoiceSalesOrder: {
            number: string;
        };
        /** ItemFacts */
        ItemFacts: {
            boms: components["schemas"]["BomFacts"][];
            costs: components["schemas"]["CostFacts"][];
            group: string;
            inspectionPlan: string | null;
            leadDays: number;
            name: string;
            openLines: components["schemas"]["OpenLine"][];
            packagings: {
                [key: string]: unknown;
            }[];
            procurement: string;
            quantity: string;
            revision: string | null;
            revisions: components["schemas"]["RevisionFacts"][];
            shelfLifeDays: number | null;
            sku: string;
            supplier: string | null;
            supplierName: string | null;
            tracking: string;
            unit: string;
            unitCost: string;
            usedIn: components["schemas"]["UsedIn"][];
            valuation: string;
            value: string;
            version: number;
        };
        /** ItemRow */
        ItemRow: {
            group: string;
            name: string;
            procurement: string;
            quantity: string;
            revision: string | null;
            sku: string;
            unit: string;
            value: string;
        };
        /** Items */
        Items: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["ItemRow"][];
            page: number;
            size: number;
            total: number;
        };
        /** ItemValue */
        ItemValue: {
            name: string;
            quantity: string;
            sku: string;
            unit: string;
            unitCost: string;
            valuation: string;
            value: string;
        };
        /** Journal */
        Journal: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["Entry"][];
            page: number;
            size: number;
            total: number;
        };
        /** Letter */
        Letter: {
            /** Format: date-time */
            at: string;
            data?: {
                [key: string]: unknown;
            } | null;
            document: string;
            endedAt: string | null;
            error: string | null;
            id: string;
            nextTryAt: string | null;
            note: string | null;
            problem: {
                [key: string]: unknown;
            } | null;
            seq: number;
            source: string;
            /** @enum {string} */
            state: "waiting" | "dead" | "unknown" | "dropped" | "done" | "sent";
            tries: number;
            type: string;
            /** @enum {string} */
            way: "in" | "out";
        };
        /** Letters */
        Letters: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["Letter"][];
            page: number;
            size: number;
            total: number;
        };
        /** LinePromise */
        LinePromise: {
            availableNow: string;
            bomRevision: string | null;
            byLeadTime: boolean;
            cost: string | null;
            costVersion: number | null;
            date: string | null;
            line: number;
            margin: string | null;
            name: string;
            onHand: string;
            pieces: string;
            price: string | null;
            revision: string | null;
            sku: string;
        };
        /** LinkStatus */
        LinkStatus: {
            /** Format: date-time */
            at: string;
            boxes: components["schemas"]["Box"][];
            jobs?: components["schemas"]["PeriodicJobState"][];
            receiver: string | null;
            workers: components["schemas"]["Worker"][];
        };
        /** MastersTold */
        MastersTold: {
            items: number;
            partners: number;
        };
        /** MaterialFacts */
        MaterialFacts: {
            component: string;
            consumption: string;
            line: number;
            name: string;
            operation: number;
            quantityEach: string;
            unit: string;
        };
        /** MessageState */
        MessageState: {
            seq: number;
            /** @enum {string} */
            state: "waiting" | "dead" | "unknown" | "dropped" | "done" | "sent";
            /** @enum {string} */
            way: "in" | "out";
        };
        /** NewSalesLine */
        NewSalesLine: {
            price?: string | null;
            quantity: string;
            sku: string;
            /** @default  */
            unit: string;
        };
        /** OpenLine */
        OpenLine: {
            document: string;
            /** Format: date */
            dueOn: string;
            kind: string;
            line: number | null;
            quantity: string;
            revision: string | null;
        };
        /** OperationFacts */
        OperationFacts: {
            instructions: string;
            name: string;
            operation: number;
            runMinutesEach: string;
            setupMinutes: string;
            skill: string | null;
            workCentre: string;
        };
        /** OrderVersion */
        OrderVersion: {
            content: {
                [key: string]: unknown;
            };
            /** Format: date-time */
            releasedAt: string;
            version: number;
        };
        /** PartnerChange */
        PartnerChange: {
            /** Format: date-time */
            at: string;
            facts: {
                [key: string]: unknown;
            };
            person: string | null;
        };
        /** PartnerFacts */
        PartnerFacts: {
            city: string;
            country: string;
            creditLimit: string | null;
            email: string;
            kind: string;
            language: string;
            name: string;
            number: string;
            paymentDays: number;
            postalCode: string;
            street: string;
            tolerance: {
                [key: string]: unknown;
            };
            version: number;
        };
        /** Partners */
        Partners: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["PartnerFacts"][];
            page: number;
            size: number;
            total: number;
        };
        /** PartnerWhole */
        PartnerWhole: {
            changes: components["schemas"]["PartnerChange"][];
            city: string;
            country: string;
            creditLimit: string | null;
            email: string;
            kind: string;
            language: string;
            name: string;
            number: string;
            paymentDays: number;
            postalCode: string;
            street: string;
            tolerance: {
                [key: string]: unknown;
            };
            version: number;
        };
        /** PeriodicJobState */
        PeriodicJobState: {
            /** Format: date-time */
            dueAt: string;
            error: string | null;
            name: string;
            ranAt: string | null;
            tookMs: number | null;
        };
        /** Posting */
        Posting: {
            account: string;
            accountName: string;
            accountNames: {
                [key: string]: string;
            };
            credit: string;
            debit: string;
            partner: string | null;
            quantity: string | null;
            sku: string | null;
        };
        /** ProblemDocument */
        ProblemDocument: {
            detail: string;
            facts?: {
                [key: string]: unknown;
            } | null;
            request?: string | null;
            status: number;
            title: string;
            type: string;
        };
        /** PromisedPart */
        PromisedPart: {
            /** Format: date */
            promisedOn: string;
            quantity: string;
        };
        /** PurchaseOrderFacts */
        PurchaseOrderFacts: {
            advices: components["schemas"]["Advice"][];
            answers: components["schemas"]["SupplierAnswer"][];
            currency: string;
            invoices: components["schemas"]["SupplierBill"][];
            lines: components["schemas"]["PurchaseOrderLine"][];
            /** Format: date-time */
            madeAt: string;
            number: string;
            site: string;
            state: string;
            supplier: string;
            supplierName: string;
            total: string;
            version: number;
            versions: components["schemas"]["OrderVersion"][];
        };
        /** PurchaseOrderLine */
        PurchaseOrderLine: {
            advised: string;
            bomRevision: string | null;
            cancelled: boolean;
            costVersion: number | null;
            currentRevision: string | null;
            invoiced: string;
            line: number;
            name: string;
            price: string;
            promises: components["schemas"]["PromisedPart"][];
            quantity: string;
            received: string;
            returned: string;
            revision: string;
            sku: string;
            unit: string;
            /** Format: date */
            wantedOn: string;
        };
        /** PurchaseOrderRow */
        PurchaseOrderRow: {
            lines: number;
            nextOn: string | null;
            number: string;
            ordered: string;
            received: string;
            state: string;
            supplier: string;
            supplierName: string;
            total: string;
            version: number;
        };
        /** PurchaseOrders */
        PurchaseOrders: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["PurchaseOrderRow"][];
            page: number;
            size: number;
            total: number;
        };
        /** PurchaseOrderState */
        PurchaseOrderState: {
            number: string;
            state: string;
            version: number;
        };
        /** Reason */
        Reason: {
            blocking: boolean;
            code: string;
            line?: number | null;
            text: string;
        };
        /** ReleasePurchaseOrder */
        ReleasePurchaseOrder: {
            number: string;
        };
        /** ReleaseRevision */
        ReleaseRevision: {
            /**
             * @default use_up
             * @enum {string}
             */
            before: "use_up" | "stop";
            effectiveFrom?: string | null;
            revision: string;
            sku: string;
        };
        /** ReleaseSalesOrder */
        ReleaseSalesOrder: {
            number: string;
        };
        /** ReleaseWorkOrder */
        ReleaseWorkOrder: {
            number: string;
        };
        /** ReplayMessage */
        ReplayMessage: {
            seq: number;
            /** @enum {string} */
            way: "in" | "out";
        };
        /** RevisePurchaseOrder */
        RevisePurchaseOrder: {
            lines: components["schemas"]["WantedLine"][];
            number: string;
        };
        /** RevisionFacts */
        RevisionFacts: {
            effectiveFrom: string | null;
            effectiveTo: string | null;
            note: string;
            releasedAt: string | null;
            revision: string;
            state: string;
            stopped: boolean;
        };
        /** RevisionState */
        RevisionState: {
            revision: string;
            sku: string;
            state: string;
            superseded?: string | null;
        };
        /** SalesOrderFacts */
        SalesOrderFacts: {
            carrier: string;
            customer: string;
            customerName: string;
            /** Format: date-time */
            dueAt: string;
            /** Format: date-time */
            enteredAt: string;
            invoices: components["schemas"]["CustomerBill"][];
            lines: components["schemas"]["SalesOrderLine"][];
            number: string;
            priority: number;
            site: string;
            state: string;
            total: string;
            version: number;
        };
        /** SalesOrderLine */
        SalesOrderLine: {
            bomRevision: string | null;
            cost: string | null;
            costVersion: number | null;
            invoiced: string;
            line: number;
            margin: string | null;
            name: string;
            picked: string;
            pieces: string;
            price: string;
            quantity: string;
            revision: string;
            shipped: string;
            shorted: string;
            sku: string;
            unit: string;
        };
        /** SalesOrderRow */
        SalesOrderRow: {
            customer: string;
            customerName: string;
            /** Format: date-time */
            dueAt: string;
            lines: number;
            number: string;
            ordered: string;
            shipped: string;
            state: string;
            total: string;
        };
        /** SalesOrders */
        SalesOrders: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["SalesOrderRow"][];
            page: number;
            size: number;
            total: number;
        };
        /** SalesOrderState */
        SalesOrderState: {
            invoice?: string | null;
            number: string;
            state: string;
            version: number;
        };
        /** SavePartner */
        SavePartner: {
            /** @default  */
            city: string;
            /** @default  */
            country: string;
            creditLimit?: string | null;
            /** @default  */
            email: string;
            /** @enum {string} */
            kind: "customer" | "supplier";
            /** @default en */
            language: string;
            name: string;
            number: string;
            /** @default 30 */
            paymentDays: number;
            /** @default  */
            postalCode: string;
            /** @default  */
            street: string;
            tolerance?: components["schemas"]["TermsGiven"] | null;
        };
        /** StockValues */
        StockValues: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["ItemValue"][];
            page: number;
            size: number;
            total: number;
            value: string;
        };
        /** SupplierAnswer */
        SupplierAnswer: {
            answerId: string;
            /** Format: date-time */
            at: string;
            content: {
                [key: string]: unknown;
            };
            note: string;
            state: string;
            version: number;
        };
        /** SupplierBill */
        SupplierBill: {
            /** Format: date-time */
            bookedAt: string;
            number: string;
            total: string;
        };
        /** TellMasters */
        TellMasters: Record<string, never>;
        /** TermsGiven */
        TermsGiven: {
            /** @default 0 */
            daysEarly: number;
            /** @default 0 */
            daysLate: number;
            /** @default 0 */
            overPercent: string;
        };
        /** TrialBalance */
        TrialBalance: {
            accounts: components["schemas"]["AccountBalance"][];
            credit: string;
            currency: string;
            debit: string;
            difference: string;
        };
        /** UsedIn */
        UsedIn: {
            bomRevision: string;
            name: string;
            quantityEach: string;
            sku: string;
        };
        /** WantedLine */
        WantedLine: {
            line?: number | null;
            price?: string | null;
            quantity: string;
            /** @default  */
            revision: string;
            sku: string;
            /** Format: date */
            wantedOn: string;
        };
        /** Worker */
        Worker: {
            alive: boolean;
            facts: {
                [key: string]: unknown;
            };
            host: string;
            pid: number;
            /** Format: date-time */
            seenAt: string;
            /** Format: date-time */
            startedAt: string;
        };
        /** WorkMaterialFacts */
        WorkMaterialFacts: {
            consumed: string;
            consumption: string;
            line: number;
            name: string;
            needed: string;
            operation: number;
            quantityEach: string;
            sku: string;
        };
        /** WorkOperationFacts */
        WorkOperationFacts: {
            good: string;
            minutes: string;
            name: string;
            operation: number;
            plannedMinutes: string;
            rework: string;
            scrap: string;
            skill: string | null;
            workCentre: string;
        };
        /** WorkOrderFacts */
        WorkOrderFacts: {
            bomRevision: string;
            costVersion: number | null;
            currentRevision: string | null;
            /** Format: date-time */
            dueAt: string;
            earned: string;
            materials: components["schemas"]["WorkMaterialFacts"][];
            name: string;
            number: string;
            operations: components["schemas"]["WorkOperationFacts"][];
            produced: string;
            quantity: string;
            revision: string;
            scrapped: string;
            site: string;
            sku: string;
            spent: string;
            state: string;
            unitCost: string;
            version: number;
        };
        /** WorkOrderRow */
        WorkOrderRow: {
            bomRevision: string;
            /** Format: date-time */
            dueAt: string;
            name: string;
            number: string;
            produced: string;
            quantity: string;
            revision: string;
            scrapped: string;
            sku: string;
            state: string;
        };
        /** WorkOrders */
        WorkOrders: {
            every: number;
            filters: components["schemas"]["FilterCount"][];
            items: components["schemas"]["WorkOrderRow"][];
            page: number;
            size: number;
            total: number;
        };
        /** WorkOrderState */
        WorkOrderState: {
            number: string;
            state: string;
            version: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    journal: {
        parameters: {
            query?: {
                account?: string;
                document?: string;
                /** @description From 1. */
                page?: number;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
                sku?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Journal"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    stockValues: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StockValues"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    trialBalance: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TrialBalance"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    concerns: {
        parameters: {
            query?: {
                decided?: boolean;
                document?: string;
                /** @description From 1. */
                page?: number;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
                sku?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Concerns"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    concernDecide: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecideConcern"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConcernDecided"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    items: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Items"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    item: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ItemFacts"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    itemCost: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CostAnew"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Costed"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    itemDraftRevision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftRevision"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    itemReleaseRevision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseRevision"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    coreLinkDrop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DropMessage"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    receiveMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request accepted, processing continues off-line */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    coreLinkTellMasters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TellMasters"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MastersTold"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    linkMessages: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path: {
                way: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Letters"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    linkMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                seq: number;
                way: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Letter"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    coreLinkReplay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReplayMessage"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    linkStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkStatus"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    linkStock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CountedStock"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    partners: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Partners"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    partner: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerWhole"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    partnerSave: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SavePartner"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PartnerFacts"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    canAccept: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CanAccept"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Acceptance"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseOrders: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
                supplier?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrders"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderFacts"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelPurchaseOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseDraft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftPurchaseOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseBookInvoice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookSupplierInvoice"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseRelease: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleasePurchaseOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    purchaseRevise: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevisePurchaseOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PurchaseOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesOrders: {
        parameters: {
            query?: {
                customer?: string;
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrders"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderFacts"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelSalesOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesEnter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnterSalesOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesInvoice: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvoiceSalesOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesBookPayment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BookPayment"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    salesRelease: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseSalesOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SalesOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrders: {
        parameters: {
            query?: {
                /** @description From 1. */
                page?: number;
                /** @description Part of a number or name. */
                search?: string;
                /** @description One of the list's filters; all rows without. */
                show?: string;
                /** @description Rows a page. */
                size?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrders"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                number: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderFacts"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not found */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrderCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelWorkOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrderClose: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CloseWorkOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrderDraft: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DraftWorkOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    workOrderRelease: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReleaseWorkOrder"];
            };
        };
        responses: {
            /** @description Request fulfilled, document follows */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkOrderState"];
                };
            };
            /** @description The message is not understood */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Sign in first */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The role does not allow it */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description A fact of the floor stands against it */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description The command key was used for something else */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
            /** @description Not available right now, nothing was booked */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
}
